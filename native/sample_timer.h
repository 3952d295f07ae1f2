#ifndef OX_PROFILE_SAMPLE_TIMER_H_
#define OX_PROFILE_SAMPLE_TIMER_H_

#include <chrono>
#include <optional>

namespace ox_profile {

// Sends the sampling signal to one thread, at intervals. Where the system has
// no such timers (all but Linux) it sends none.
//
// Called on the thread.
class SampleTimer {
 public:
  SampleTimer() = default;
  ~SampleTimer() { Delete(); }
  SampleTimer(const SampleTimer&) = delete;
  SampleTimer& operator=(const SampleTimer&) = delete;

  // False where there is no timer.
  [[nodiscard]] bool Start(std::chrono::nanoseconds first,
                           std::chrono::nanoseconds interval);
  // No signal comes afterwards, unless the thread holds signals back.
  void Stop();
  void Delete();

  // Whether a signal is this timer's; `info` is its siginfo_t.
  // Async-signal-safe.
  [[nodiscard]] bool Sent(const void* info) const;

 private:
  std::optional<int> timer_;  // The system's number for it.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLE_TIMER_H_
