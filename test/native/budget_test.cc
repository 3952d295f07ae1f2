#include "budget.h"

#include <chrono>
#include <cstdint>
#include <limits>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::nanoseconds;

// From 1 ms to the longest interval there is.
constexpr double kMostStretch = 1e4;

// Plays profiling at an interval of 1 ms: each sample costs, and so does the
// rest. Returns the share of a core in the last second.
double Play(Budget& budget, double sample_micros, double fixed_share,
            int seconds) {
  double share = 0;
  for (int i = 0; i < seconds; i++) {
    const double samples = 1000 / budget.stretch();
    const auto by_samples =
        nanoseconds(static_cast<int64_t>(samples * sample_micros * 1000));
    const auto fixed = nanoseconds(static_cast<int64_t>(fixed_share * 1e9));
    budget.Learn({.by_samples = by_samples,
                  .fixed = fixed,
                  .span = std::chrono::seconds(1)},
                 kMostStretch);
    share = static_cast<double>((by_samples + fixed).count()) / 1e9;
  }
  return share;
}

TEST(TheBudgetIsKept) {
  Budget budget(0.01);
  CHECK(Play(budget, 5, 0.001, 30) < 0.0065);
  CHECK(budget.stretch() == 1);  // It was within.
  Play(budget, 100, 0.001, 5);
  CHECK(Play(budget, 100, 0.001, 30) <= 0.01);
  CHECK(budget.stretch() > 9);
  CHECK(budget.stretch() < 40);
  // Room again: shorter, down to what was asked for.
  CHECK(Play(budget, 1, 0, 300) <= 0.01);
  CHECK(budget.stretch() == 1);
  // What no interval makes cheaper does not end sampling.
  Play(budget, 20, 0.05, 300);
  CHECK(budget.stretch() < 20);

  // Samples that are far too dear: not beyond the longest interval.
  Play(budget, 1e6, 0, 300);
  CHECK(budget.stretch() == kMostStretch);

  Budget none(std::numeric_limits<double>::infinity());
  Play(none, 1000, 1, 30);
  CHECK(none.stretch() == 1);
}

}  // namespace
}  // namespace ox_profile
