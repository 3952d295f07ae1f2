#include "cpu_of_samples.h"

#include <algorithm>
#include <cmath>

#include "fold.h"

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// V8 tells the time of a sample in whole microseconds.
constexpr nanoseconds kTruncated = std::chrono::microseconds(1);

double Rate(const SampleNote& from, const SampleNote& to) {
  const nanoseconds wall = to.at - from.at;
  if (wall <= nanoseconds::zero()) return 1;
  return static_cast<double>((to.cpu - from.cpu).count()) /
         static_cast<double>(wall.count());
}

}  // namespace

const SampleNote& CpuOfSamples::Before(size_t index) const {
  return index == 0 ? began_ : notes_[index - 1];
}

const SampleNote& CpuOfSamples::After(size_t index) const {
  return index + 1 == notes_.size() ? ended_ : notes_[index + 1];
}

uint32_t CpuOfSamples::PartsAt(nanoseconds time) {
  constexpr uint32_t kAll = Fold::kCpuPartsOfHit;
  while (next_ < notes_.size() && notes_[next_].at < time + kTruncated) next_++;
  if (next_ == 0) return kAll;
  const size_t index = next_ - 1;
  const SampleNote& note = notes_[index];
  if (!note.in_system_call) return kAll;
  // Where it waits, one side of the sample may still show what was before the
  // wait, or what came after it.
  const double rate =
      std::min(Rate(Before(index), note), Rate(note, After(index)));
  return static_cast<uint32_t>(
      std::clamp(std::round(rate * kAll), 1.0, static_cast<double>(kAll)));
}

}  // namespace ox_profile
