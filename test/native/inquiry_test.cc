#include "inquiry.h"

#include <chrono>
#include <thread>
#include <vector>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::seconds;

TEST(ThreadsAnswerAsTheyCome) {
  constexpr ThreadId kThreads = 8;
  Inquiry inquiry(Inquiry::Question::kStack, seconds(5));
  for (ThreadId id = 0; id <= kThreads; id++) inquiry.Expect(id, "thread");
  std::vector<std::thread> threads;
  for (ThreadId id = 0; id < kThreads; id++) {
    threads.emplace_back([&inquiry, id] {
      inquiry.Give(
          id, Inquiry::State::kRunning,
          {{.name = "f", .url = "u", .line = static_cast<int32_t>(id)}});
    });
  }
  // Of a thread that nobody asked nothing is taken.
  inquiry.Give(99, Inquiry::State::kRunning, {});
  for (std::thread& thread : threads) thread.join();
  const std::vector<Inquiry::Answer> answers = inquiry.answers();
  CHECK(answers.size() == kThreads + 1);
  for (ThreadId id = 0; id < kThreads; id++) {
    CHECK(answers[id].thread == id);
    CHECK(answers[id].state == Inquiry::State::kRunning);
    CHECK(answers[id].stack.size() == 1);
    for (const StackFrame& frame : answers[id].stack) CHECK(frame.line == id);
  }
  CHECK(answers.back().state == Inquiry::State::kSilent);
}

TEST(AnInquiryIsOverAfterItsDeadline) {
  const Inquiry inquiry(Inquiry::Question::kCounts, seconds(5));
  CHECK(!inquiry.IsOver(seconds(5)));
  CHECK(inquiry.IsOver(seconds(6)));
}

}  // namespace
}  // namespace ox_profile
