#ifndef OX_PROFILE_BUDGET_H_
#define OX_PROFILE_BUDGET_H_

#include <chrono>

namespace ox_profile {

// Keeps the cost of profiling below a share of one core: lengthens the interval
// at once where it is above, and shortens it again slowly where there is room.
//
// Plain arithmetic; not thread-safe.
class Budget {
 public:
  // `most` is the share of one core that profiling may cost; infinite switches
  // the budget off.
  explicit Budget(double most) : most_(most) {}

  // What profiling cost in a span of time that ended now: what a longer
  // interval makes less, and what it does not.
  struct Spent {
    std::chrono::nanoseconds by_samples;
    std::chrono::nanoseconds fixed;
    std::chrono::nanoseconds span;
  };

  // An interval cannot be stretched more than `most_stretch` times; to go on
  // from there would only put off the way back.
  void Learn(const Spent& spent, double most_stretch);

  // How many times longer than asked for the interval has to be; at least 1.
  [[nodiscard]] double stretch() const { return stretch_; }

  [[nodiscard]] double most() const { return most_; }

 private:
  double most_;
  double stretch_ = 1;
  // Shares of one core, smoothed over some seconds: a single long drain is no
  // reason to change.
  double by_samples_ = 0;
  double fixed_ = 0;
  std::chrono::nanoseconds since_change_{0};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_BUDGET_H_
