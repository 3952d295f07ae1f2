#ifndef OX_PROFILE_SAMPLING_SIGNAL_H_
#define OX_PROFILE_SAMPLING_SIGNAL_H_

#include <chrono>
#include <optional>

namespace ox_profile {

// CPU time that the signal of one sample costs the calling thread, as it is
// with the stack that it has now; from a few that it sends itself. Nothing
// where V8 samples without signals (Windows), or nobody listens to them.
//
// To be called while a profile of this thread runs, which sees samples that are
// not the program's.
[[nodiscard]] std::optional<std::chrono::nanoseconds> TimeSamplingSignal();

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLING_SIGNAL_H_
