#ifndef OX_PROFILE_INQUIRY_H_
#define OX_PROFILE_INQUIRY_H_

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "count_table.h"
#include "stack_capture.h"

namespace ox_profile {

// A question that one thread asks all threads of the process, and their answers
// as they come. Any thread may call any method.
class Inquiry {
 public:
  enum class Question {
    kCounts,  // Carry the counts so far into the table.
    kStack,   // And tell what you are doing.
  };
  enum class State {
    kSilent,   // No answer yet: in native code, or about to answer.
    kWaiting,  // The event loop waits, or turned when it was asked.
    kRunning,  // JS is on the stack.
  };
  struct Answer {
    ThreadId thread;
    std::string name;
    State state = State::kSilent;
    std::vector<StackFrame> stack;  // Leaf first.
  };

  // Who asks waits until `deadline`, on MonotonicNow's clock.
  Inquiry(Question question, std::chrono::nanoseconds deadline)
      : question_(question), deadline_(deadline) {}

  // Nobody waits for an answer any more.
  [[nodiscard]] bool IsOver(std::chrono::nanoseconds now) const {
    return now > deadline_;
  }

  [[nodiscard]] Question question() const { return question_; }

  // Enters a thread that is being asked.
  void Expect(ThreadId thread, const std::string& name);
  void Give(ThreadId thread, State state, std::vector<StackFrame> stack);

  [[nodiscard]] std::vector<Answer> answers() const;

 private:
  const Question question_;
  const std::chrono::nanoseconds deadline_;
  mutable std::mutex mutex_;  // Guards answers_.
  std::vector<Answer> answers_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_INQUIRY_H_
