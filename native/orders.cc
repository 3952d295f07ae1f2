#include "orders.h"

#include <algorithm>
#include <cmath>

#include "clock.h"

namespace ox_profile {

namespace {

constexpr double kLongestMicros = 10e6;

}  // namespace

double Order::MostStretch() const {
  const auto micros = static_cast<double>(interval.count());
  return micros > 0 ? std::max(kLongestMicros / micros, 1.0) : 1.0;
}

IntervalSource Order::MakeIntervals(uint32_t seed) const {
  const double micros =
      static_cast<double>(interval.count()) * std::min(stretch, MostStretch());
  // The time will do for a seed: draws need not be secret, only different.
  // (std::random_device would want a newer libc than we support.)
  return IntervalSource(std::chrono::microseconds(std::llround(micros)), jitter,
                        seed ^ static_cast<uint32_t>(MonotonicNow().count()));
}

Orders& Orders::Get() {
  // Never deleted: threads may still ask while the process exits.
  static auto* const instance = new Orders();
  return *instance;
}

Order Orders::Current() const {
  const std::scoped_lock lock(mutex_);
  return order_;
}

void Orders::Give(const std::function<void(Order&)>& change) {
  const std::scoped_lock lock(mutex_);
  change(order_);
  number_++;
}

}  // namespace ox_profile
