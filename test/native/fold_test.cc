#include "fold.h"

#include <cmath>

#include "check.h"

namespace ox_profile {
namespace {

TEST(IntervalStatsMerge) {
  IntervalStats all, first, second, none;
  for (int i = 0; i < 100; i++) {
    const double value = 10 + (i * 37 % 11) * 0.1;
    all.Add(value);
    (i < 30 ? first : second).Add(value);
  }
  first.Merge(second);
  first.Merge(none);
  none.Merge(first);
  CHECK(first.count() == 100);
  CHECK(none.count() == 100);
  CHECK(std::abs(first.mean() - all.mean()) < 1e-9);
  CHECK(std::abs(none.stdev() - all.stdev()) < 1e-9);
}

}  // namespace
}  // namespace ox_profile
