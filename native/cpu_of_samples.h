#ifndef OX_PROFILE_CPU_OF_SAMPLES_H_
#define OX_PROFILE_CPU_OF_SAMPLES_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sample_note.h"

namespace ox_profile {

// Tells how much of a CPU the thread had at each sample of a rotation. What was
// sampled outside of calls of the system ran. In a call, a thread that waited
// is woken by the sample's signal; one for which the system worked, or waited
// where no signal reaches, sees the signal when it comes back, and of which
// kind it was tells the CPU time since the sample before.
//
// Plain arithmetic.
class CpuOfSamples {
 public:
  // Notes are in their order. `began` is the rotation's begin.
  CpuOfSamples(std::span<const SampleNote> notes, const SampleNote& began)
      : notes_(notes), began_(began) {}

  // Of the sample that was taken at `time`, in parts: see Fold::kCpuPartsOfHit.
  // To be asked in the order of times. A sample without a note ran.
  [[nodiscard]] uint32_t PartsAt(std::chrono::nanoseconds time);

 private:
  const std::span<const SampleNote> notes_;
  const SampleNote began_;
  size_t next_ = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_CPU_OF_SAMPLES_H_
