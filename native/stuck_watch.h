#ifndef OX_PROFILE_STUCK_WATCH_H_
#define OX_PROFILE_STUCK_WATCH_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace ox_profile {

// Finds out that V8's profiler has lost its way: a thread works, and no samples
// come. Not thread-safe: a Session owns one, and calls it on the JS thread.
class StuckWatch {
 public:
  // What one drain saw.
  struct Seen {
    uint64_t samples;
    std::chrono::nanoseconds busy_cpu;  // That the thread used.
    std::chrono::nanoseconds interval;
    std::chrono::nanoseconds now;
  };

  // Forgets the drains before, when sampling begins.
  void Begin();

  // When the profiler is to be made anew now: the samples that did not come.
  // What it was made anew for is then forgotten, and not soon asked for again.
  [[nodiscard]] std::optional<uint64_t> Learn(const Seen& seen);

 private:
  // Making V8's profiler anew stops the thread for a walk over its heap. Where
  // it does not help (something else takes the signal away) it is tried less
  // and less often.
  static constexpr std::chrono::nanoseconds kFirstPause =
      std::chrono::seconds(10);

  // Samples that should have come since the last one did.
  double missing_samples_ = 0;
  std::chrono::nanoseconds unseen_cpu_{0};  // Used since the last sample.
  std::chrono::nanoseconds next_{0};
  std::chrono::nanoseconds pause_ = kFirstPause;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_STUCK_WATCH_H_
