#include "interval_source.h"

#include <algorithm>
#include <cmath>

namespace ox_profile {

namespace {

// How far from the interval asked for every draw stays, as a share of it. It
// has to carry the samples through a whole period of the work within seconds:
// at 10 ms, 0.13 ms a sample go once through 20 ms in 1.5 s.
constexpr double kLeastOffset = 0.013;

// While two V8 profiles overlap, V8 samples at the greatest common divisor of
// their intervals. Draws are multiples of a quantum, so that this divisor is
// never less than about a hundredth of the interval.
constexpr int kQuantaPerInterval = 103;

}  // namespace

IntervalSource::IntervalSource(std::chrono::microseconds asked, double jitter,
                               uint32_t seed)
    : asked_(asked), jitter_(jitter), random_(seed) {}

std::chrono::microseconds IntervalSource::Draw() {
  double offset = kLeastOffset;
  if (jitter_ > kLeastOffset) {
    std::uniform_real_distribution<double> size(kLeastOffset, jitter_);
    offset = random_() % 2 == 0 ? size(random_) : -size(random_);
  }
  const int64_t quantum =
      std::max<int64_t>(1, asked_.count() / kQuantaPerInterval);
  const double wanted = static_cast<double>(asked_.count()) * (1.0 + offset);
  int64_t drawn =
      static_cast<int64_t>(std::llround(wanted / static_cast<double>(quantum)));
  drawn = std::max<int64_t>(1, drawn) * quantum;
  if (drawn % 1000 == 0) drawn += quantum;
  return std::chrono::microseconds(drawn);
}

std::chrono::nanoseconds IntervalSource::DrawPhase(
    std::chrono::nanoseconds interval) {
  std::uniform_int_distribution<int64_t> part(0, interval.count() - 1);
  return std::chrono::nanoseconds(part(random_));
}

}  // namespace ox_profile
