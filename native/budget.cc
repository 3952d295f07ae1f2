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

// So far above it there is no waiting.
constexpr double kFarAbove = 2;

// The interval changes by so much at once. One look may be far off: a thread
// that was not seen before comes with all that it has used.
constexpr double kMostStep = 4;

// A longer interval aims a little below the budget, a shorter one is tried only
// with this much room, so that the two do not alternate.
constexpr double kAim = 0.85;
constexpr double kRoom = 0.6;

// Samples get this much of the budget however much the rest takes: with hardly
// any samples the rest would cost as much, for nothing.
constexpr double kLeastForSamples = 0.25;

}  // namespace

void Budget::Learn(const Spent& spent, double most_stretch) {
  if (spent.span <= nanoseconds::zero() || std::isinf(most_)) return;
  const auto span = static_cast<double>(spent.span.count());
  const double by_samples =
      static_cast<double>(spent.by_samples.count()) / span;
  const double fixed = static_cast<double>(spent.fixed.count()) / span;
  const double weight = 1 - std::exp(-span / kSmoothNanos);
  by_samples_ += (by_samples - by_samples_) * weight;
  fixed_ += (fixed - fixed_) * weight;
  since_change_ += spent.span;

  const double most_by_samples =
      std::max(most_ - fixed_, most_ * kLeastForSamples);
  const double aim = most_by_samples * kAim;
  double wanted = stretch_;
  if (by_samples > most_by_samples * kFarAbove) {
    wanted *= by_samples / aim;
  } else if (by_samples_ > most_by_samples) {
    wanted *= by_samples_ / aim;
  } else if (by_samples_ < most_by_samples * kRoom &&
             since_change_ >= kPatience) {
    wanted *= by_samples_ / aim;
  }
  wanted = std::clamp(wanted, stretch_ / kMostStep, stretch_ * kMostStep);
  wanted = std::clamp(wanted, 1.0, most_stretch);
  if (wanted == stretch_) return;
  // What is to come is foretold, or the same cost would be answered twice.
  by_samples_ *= stretch_ / wanted;
  stretch_ = wanted;
  since_change_ = nanoseconds::zero();
}

}  // namespace ox_profile
