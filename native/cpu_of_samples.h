#ifndef OX_PROFILE_CPU_OF_SAMPLES_H_
#define OX_PROFILE_CPU_OF_SAMPLES_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sample_note.h"

namespace ox_profile {

// Tells how much of a CPU the thread had at each sample of a rotation. All that
// was sampled outside of calls of the system ran; whether one that was in such
// a call waited there, or had the system work for it, tells the CPU time around
// the sample.
//
// Plain arithmetic.
class CpuOfSamples {
 public:
  // Notes are in their order. `began` and `ended` are the rotation's.
  CpuOfSamples(std::span<const SampleNote> notes, const SampleNote& began,
               const SampleNote& ended)
      : notes_(notes), began_(began), ended_(ended) {}

  // Of the sample that was taken at `time`, in parts: see Fold::kCpuPartsOfHit.
  // To be asked in the order of times. A sample without a note ran.
  [[nodiscard]] uint32_t PartsAt(std::chrono::nanoseconds time);

 private:
  [[nodiscard]] const SampleNote& Before(size_t index) const;
  [[nodiscard]] const SampleNote& After(size_t index) const;

  const std::span<const SampleNote> notes_;
  const SampleNote began_;
  const SampleNote ended_;
  size_t next_ = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_CPU_OF_SAMPLES_H_
