#ifndef OX_PROFILE_CLOCK_H_
#define OX_PROFILE_CLOCK_H_

#include <chrono>

namespace ox_profile {

// Nanoseconds on the clock that also times the event loop, so that idle time
// and elapsed time can be subtracted from each other. Any thread.
[[nodiscard]] std::chrono::nanoseconds MonotonicNow();

// CPU time that the calling thread has used since it began, user and system
// together. Any thread; the answer is about the caller. Steps are those of the
// system: nanoseconds on POSIX, 15.6 ms on Windows.
[[nodiscard]] std::chrono::nanoseconds ThreadCpuNow();

}  // namespace ox_profile

#endif  // OX_PROFILE_CLOCK_H_
