#include "interval_source.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <set>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::microseconds;

TEST(IntervalsAreOffTheBeat) {
  for (const int64_t asked :
       {100, 500, 1000, 2000, 10'000, 16'000, 100'000, 1'000'000, 10'000'000}) {
    for (const double jitter : {0.0, 0.005, 0.1, 0.5}) {
      IntervalSource source(microseconds(asked), jitter, 7);
      std::set<int64_t> draws;
      for (int i = 0; i < 2000; i++) {
        const int64_t drawn = source.Draw().count();
        draws.insert(drawn);
        CHECK(drawn % 1000 != 0);
        const double away =
            std::abs(static_cast<double>(drawn - asked)) / double(asked);
        CHECK(away >= 0.0085);
        CHECK(away <= std::max(jitter, 0.013) + 0.012);
      }
      if (jitter >= 0.1) {
        CHECK(draws.size() > 10);
      } else {
        CHECK(draws.size() == 1);
      }
    }
  }
}

}  // namespace
}  // namespace ox_profile
