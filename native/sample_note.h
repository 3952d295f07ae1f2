#ifndef OX_PROFILE_SAMPLE_NOTE_H_
#define OX_PROFILE_SAMPLE_NOTE_H_

#include <chrono>

namespace ox_profile {

// What was noted of a thread when a sample was taken of it.
struct SampleNote {
  std::chrono::nanoseconds at{0};   // On MonotonicNow's clock.
  std::chrono::nanoseconds cpu{0};  // That the thread had used by then.
  // It was in a call of the system, so it may have waited there.
  bool in_system_call = false;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLE_NOTE_H_
