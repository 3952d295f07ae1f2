#include "parking.h"

#include <chrono>
#include <cstdint>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(WaitingThreadsAreParkedWhenItPays) {
  using std::chrono::seconds;
  Parking parking;
  // The longer the interval, the less looking on costs.
  CHECK(parking.After(milliseconds(1), milliseconds(50)) == milliseconds(50));
  CHECK(parking.After(milliseconds(10), milliseconds(50)) > milliseconds(100));
  CHECK(parking.After(milliseconds(10), seconds(9)) == seconds(9));
  const nanoseconds before = parking.After(milliseconds(10), milliseconds(1));
  for (int i = 0; i < 50; i++) parking.LearnWake(milliseconds(4));
  CHECK(parking.After(milliseconds(10), milliseconds(1)) > before * 3);

  // Busy, then waiting; a drain in between enters no JS.
  nanoseconds now = seconds(100);
  nanoseconds idle = seconds(5);
  uint64_t entries = 7;
  CHECK(!parking.Look(now, idle, entries));
  entries++;
  now += milliseconds(50);
  CHECK(!parking.Look(now, idle, entries));
  now += milliseconds(50);
  idle += milliseconds(50);
  CHECK(parking.Look(now, idle, entries) == now - milliseconds(50));
  now += milliseconds(50);
  idle += milliseconds(45);
  CHECK(parking.Look(now, idle, entries) == now - milliseconds(100));
  // One long piece of JS enters none either, but is no wait.
  now += milliseconds(50);
  CHECK(!parking.Look(now, idle, entries));
  // JS was entered in between.
  now += milliseconds(50);
  idle += milliseconds(49);
  CHECK(!parking.Look(now, idle, ++entries));
}

}  // namespace
}  // namespace ox_profile
