#include "budget.h"

#include <algorithm>
#include <cmath>

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// Over so long the cost is averaged, and so long a shorter interval is tried
// before the next step.
constexpr double kSmoothNanos = 2e9;
constexpr nanoseconds kPatience = std::chrono::seconds(5);

// So far above the budget there is no waiting.
constexpr double kFarAbove = 2;

// A longer interval aims a little below the budget, a shorter one is tried only
// with this much room, so that the two do not alternate.
constexpr double kAim = 0.85;
constexpr double kRoom = 0.6;

}  // namespace

void Budget::Learn(nanoseconds cost, nanoseconds span, double most_stretch) {
  if (span <= nanoseconds::zero() || std::isinf(most_)) return;
  const auto span_nanos = static_cast<double>(span.count());
  const double share = static_cast<double>(cost.count()) / span_nanos;
  const double weight = 1 - std::exp(-span_nanos / kSmoothNanos);
  share_ += (share - share_) * weight;
  since_change_ += span;

  double wanted = stretch_;
  if (std::min(share, share_ * kFarAbove) > most_ * kFarAbove ||
      share_ > most_) {
    wanted *= std::max(share, share_) / (most_ * kAim);
  } else if (share_ < most_ * kRoom && since_change_ >= kPatience) {
    wanted *= std::max(share_ / (most_ * kAim), 0.5);
  }
  wanted = std::clamp(wanted, 1.0, most_stretch);
  if (wanted == stretch_) return;
  // What is to come is foretold, or the same cost would be answered twice.
  share_ *= stretch_ / wanted;
  stretch_ = wanted;
  since_change_ = nanoseconds::zero();
}

}  // namespace ox_profile
