#include "clock.h"

#include <uv.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <time.h>
#endif

namespace ox_profile {

std::chrono::nanoseconds MonotonicNow() {
  return std::chrono::nanoseconds(uv_hrtime());
}

#ifdef _WIN32

namespace {

// A FILETIME counts steps of 100 ns.
std::chrono::nanoseconds FromFileTime(const FILETIME& time) {
  ULARGE_INTEGER steps;
  steps.LowPart = time.dwLowDateTime;
  steps.HighPart = time.dwHighDateTime;
  return std::chrono::nanoseconds(steps.QuadPart * 100);
}

}  // namespace

std::chrono::nanoseconds ThreadCpuNow() {
  FILETIME created, exited, kernel, user;
  if (!GetThreadTimes(GetCurrentThread(), &created, &exited, &kernel, &user)) {
    return std::chrono::nanoseconds::zero();
  }
  return FromFileTime(kernel) + FromFileTime(user);
}

#else

std::chrono::nanoseconds ThreadCpuNow() {
  timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) {
    return std::chrono::nanoseconds::zero();
  }
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::nanoseconds(time.tv_nsec);
}

#endif

}  // namespace ox_profile
