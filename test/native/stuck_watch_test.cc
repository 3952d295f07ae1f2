#include "stuck_watch.h"

#include <chrono>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(AStuckProfilerIsFoundLessAndLessOften) {
  using std::chrono::seconds;
  StuckWatch watch;
  // Each works for a tenth of a second: ten samples of 10 ms.
  const auto learn = [&](uint64_t samples, nanoseconds now) {
    return watch.Learn({.samples = samples,
                        .busy_cpu = milliseconds(100),
                        .interval = milliseconds(10),
                        .now = now});
  };
  const nanoseconds began = seconds(1000);
  CHECK(!learn(0, began));
  CHECK(!learn(0, began));
  CHECK(!learn(1, began));  // One came: all is well.
  CHECK(!learn(0, began));
  CHECK(!learn(0, began));
  CHECK(learn(0, began) == 30U);  // Forgotten with that, see below.
  for (int i = 0; i < 3; i++) CHECK(!learn(0, began + seconds(9)));
  CHECK(learn(0, began + seconds(11)) == 40U);
  for (int i = 0; i < 3; i++) CHECK(!learn(0, began + seconds(30)));
  watch.Begin();
  for (int i = 0; i < 2; i++) CHECK(!learn(0, began + seconds(60)));
  CHECK(learn(0, began + seconds(60)) == 30U);
}

}  // namespace
}  // namespace ox_profile
