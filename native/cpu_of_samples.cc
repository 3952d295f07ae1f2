#include "cpu_of_samples.h"

#include <algorithm>
#include <cmath>

#include "fold.h"

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// V8 tells the time of a sample in whole microseconds.
constexpr nanoseconds kTruncated = std::chrono::microseconds(1);

// A note and the time of its sample are not further apart, even where the
// thread lost its core in between. Without one there was no room for a note.
constexpr nanoseconds kLongestSample = std::chrono::milliseconds(20);

double Rate(const SampleNote& from, const SampleNote& to) {
  const nanoseconds wall = to.at - from.at;
  if (wall <= nanoseconds::zero()) return 1;
  return static_cast<double>((to.cpu - from.cpu).count()) /
         static_cast<double>(wall.count());
}

}  // namespace

uint32_t CpuOfSamples::PartsAt(nanoseconds time) {
  constexpr uint32_t kAll = Fold::kCpuPartsOfHit;
  while (next_ < notes_.size() && notes_[next_].at < time + kTruncated) next_++;
  if (next_ == 0) return kAll;
  const SampleNote& note = notes_[next_ - 1];
  if (time - note.at > kLongestSample) return kAll;
  switch (note.doing) {
    case SampleNote::Doing::kRan:
      return kAll;
    case SampleNote::Doing::kWaited:
      return 1;
    case SampleNote::Doing::kLeftSystemCall:
      break;
  }
  const double rate = Rate(next_ == 1 ? began_ : notes_[next_ - 2], note);
  return static_cast<uint32_t>(
      std::clamp(std::round(rate * kAll), 1.0, static_cast<double>(kAll)));
}

}  // namespace ox_profile
