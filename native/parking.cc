#include "parking.h"

#include <algorithm>

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// CPU that V8's own thread uses for a sample that finds the thread waiting: it
// wakes, sends a signal that is held back, and sleeps again.
constexpr double kIdleSampleNanos = 25e3;

}  // namespace

nanoseconds Parking::After(std::chrono::microseconds interval,
                           nanoseconds least) const {
  const auto interval_nanos =
      static_cast<double>(nanoseconds(interval).count());
  const double pays_after =
      (park_nanos_ + wake_nanos_) / kIdleSampleNanos * interval_nanos;
  return std::max(least, nanoseconds(static_cast<int64_t>(pays_after)));
}

void Parking::LearnPark(nanoseconds took) {
  park_nanos_ += (static_cast<double>(took.count()) - park_nanos_) / 8;
}

void Parking::LearnWake(nanoseconds took) {
  wake_nanos_ += (static_cast<double>(took.count()) - wake_nanos_) / 8;
}

std::optional<nanoseconds> Parking::Look(nanoseconds now, nanoseconds idle,
                                         uint64_t js_entries) {
  // A loop that runs one long piece of JS enters none either.
  const bool waited = js_entries == looked_entries_ &&
                      (idle - looked_idle_) * 2 >= now - looked_at_;
  if (!waited) {
    waiting_since_.reset();
  } else if (!waiting_since_) {
    waiting_since_ = looked_at_;
  }
  looked_at_ = now;
  looked_idle_ = idle;
  looked_entries_ = js_entries;
  return waiting_since_;
}

}  // namespace ox_profile
