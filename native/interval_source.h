#ifndef OX_PROFILE_INTERVAL_SOURCE_H_
#define OX_PROFILE_INTERVAL_SOURCE_H_

#include <chrono>
#include <random>

namespace ox_profile {

// Draws the intervals that are really used, near the one that was asked for.
//
// Programs are full of work that recurs every 1, 10 or 100 ms. Samples taken at
// such a period meet the same phase of that work again and again and see it
// always or never, so no draw is within about 1 % of the interval asked for, or
// a whole number of milliseconds. With jitter the draws differ, and a beat that
// one of them happens to meet is left again with the next. (The problem and the
// remedy: benfred/py-spy#94.)
//
// Not thread-safe; each session owns one and calls it on its JS thread.
class IntervalSource {
 public:
  // `jitter` is the largest distance from `asked`, as a share of it: 0 … 0.5.
  IntervalSource(std::chrono::microseconds asked, double jitter, uint32_t seed);

  [[nodiscard]] std::chrono::microseconds Draw();

  // A part of `interval`, each as likely as the others: how long after a wait
  // the first sample is taken.
  [[nodiscard]] std::chrono::nanoseconds DrawPhase(
      std::chrono::nanoseconds interval);

 private:
  std::chrono::microseconds asked_;
  double jitter_;
  std::minstd_rand random_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_INTERVAL_SOURCE_H_
