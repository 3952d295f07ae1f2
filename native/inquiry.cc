#include "inquiry.h"

#include <utility>

namespace ox_profile {

void Inquiry::Expect(ThreadId thread, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  answers_.push_back({.thread = thread, .name = name, .stack = {}});
}

void Inquiry::Give(ThreadId thread, State state,
                   std::vector<StackFrame> stack) {
  const std::scoped_lock lock(mutex_);
  for (Answer& answer : answers_) {
    if (answer.thread != thread) continue;
    answer.state = state;
    answer.stack = std::move(stack);
    return;
  }
}

std::vector<Inquiry::Answer> Inquiry::answers() const {
  const std::scoped_lock lock(mutex_);
  return answers_;
}

}  // namespace ox_profile
