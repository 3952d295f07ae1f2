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

// Holds the signal back from the calling thread while it lives.
//
// While one profile of V8's takes over from another, V8 may send it every few
// microseconds. A call that goes on sleeping after each signal then never ends,
// since the kernel adds its slack to what is left: V8 of Node.js 24 and later
// makes such a call, under a lock, when it first has to wait for one
// (abseil/abseil-cpp, NominalCPUFrequency).
//
// One signal that came meanwhile is delivered at the end. So a profile has to
// go on: with the last one V8's handler goes, and the signal ends the process.
class SamplingSignalHold {
 public:
  SamplingSignalHold();
  ~SamplingSignalHold();

  SamplingSignalHold(const SamplingSignalHold&) = delete;
  SamplingSignalHold& operator=(const SamplingSignalHold&) = delete;

 private:
  [[maybe_unused]] bool held_ = false;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLING_SIGNAL_H_
