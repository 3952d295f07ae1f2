#ifndef OX_PROFILE_PARKING_H_
#define OX_PROFILE_PARKING_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace ox_profile {

// Decides when a thread that waits is parked: when its wait has lasted as long
// as a park costs. Longer waits are then dear at most twice as much as they had
// to be, however long they turn out (the ski-rental problem: A. Karlin and
// others, Algorithmica 3, 1988); and a loop that turns every few milliseconds
// is never parked.
//
// Plain arithmetic. Look is called on the sampling thread, all else on the JS
// thread; they share nothing.
class Parking {
 public:
  // How long a wait at this interval has to last before parking pays. At least
  // `least`.
  [[nodiscard]] std::chrono::nanoseconds After(
      std::chrono::microseconds interval, std::chrono::nanoseconds least) const;

  // The CPU time that it took the JS thread to park and to wake.
  void LearnPark(std::chrono::nanoseconds took);
  void LearnWake(std::chrono::nanoseconds took);

  // Tells since when the loop has been waiting, if it has: by `now` it has
  // waited `idle` altogether, and JS was entered `js_entries` times. (Drains
  // wake a loop too, and enter no JS.)
  [[nodiscard]] std::optional<std::chrono::nanoseconds> Look(
      std::chrono::nanoseconds now, std::chrono::nanoseconds idle,
      uint64_t js_entries);

 private:
  // As measured in idle programs, until it is known better.
  double park_nanos_ = 400e3;
  double wake_nanos_ = 400e3;

  std::chrono::nanoseconds looked_at_{0};
  std::chrono::nanoseconds looked_idle_{0};
  uint64_t looked_entries_ = 0;
  std::optional<std::chrono::nanoseconds> waiting_since_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_PARKING_H_
