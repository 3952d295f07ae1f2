#include "sample_timer.h"

#ifdef __linux__

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace ox_profile {

namespace {

timespec ToTimespec(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = static_cast<time_t>(seconds.count()),
          .tv_nsec = static_cast<long>((time - seconds).count())};
}

}  // namespace

// By system call: in glibc before 2.34 these are in a library of their own, and
// they wrap the number of a timer.

bool SampleTimer::Start(std::chrono::nanoseconds first,
                        std::chrono::nanoseconds interval) {
  if (!timer_) {
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGPROF;
    event.sigev_value.sival_ptr = this;
#ifdef sigev_notify_thread_id
    event.sigev_notify_thread_id = static_cast<pid_t>(syscall(SYS_gettid));
#else
    event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
#endif
    int timer = 0;
    if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) != 0) {
      return false;
    }
    timer_ = timer;
  }
  // Zero would stop it.
  first = std::max(first, std::chrono::nanoseconds(1));
  const itimerspec times{.it_interval = ToTimespec(interval),
                         .it_value = ToTimespec(first)};
  return syscall(SYS_timer_settime, *timer_, 0, &times, nullptr) == 0;
}

void SampleTimer::Stop() {
  if (!timer_) return;
  const itimerspec never{};
  syscall(SYS_timer_settime, *timer_, 0, &never, nullptr);
}

void SampleTimer::Delete() {
  if (timer_) syscall(SYS_timer_delete, *timer_);
  timer_.reset();
}

bool SampleTimer::Sent(const void* info) const {
  const auto* signal = static_cast<const siginfo_t*>(info);
  return signal->si_code == SI_TIMER && signal->si_value.sival_ptr == this;
}

}  // namespace ox_profile

#else

namespace ox_profile {

bool SampleTimer::Start(std::chrono::nanoseconds, std::chrono::nanoseconds) {
  return false;
}
void SampleTimer::Stop() {}
void SampleTimer::Delete() {}
bool SampleTimer::Sent(const void*) const { return false; }

}  // namespace ox_profile

#endif
