#include "sampling_signal.h"

#include <csignal>

#include "clock.h"

namespace ox_profile {

#ifdef SIGPROF

std::optional<std::chrono::nanoseconds> TimeSamplingSignal() {
  constexpr int kSignals = 8;
  struct sigaction now {};
  // Without a handler it would end the process.
  if (sigaction(SIGPROF, nullptr, &now) != 0 || now.sa_handler == SIG_DFL ||
      now.sa_handler == SIG_IGN) {
    return std::nullopt;
  }
  const std::chrono::nanoseconds began = ThreadCpuNow();
  for (int i = 0; i < kSignals; i++) raise(SIGPROF);
  return (ThreadCpuNow() - began) / kSignals;
}

#else

std::optional<std::chrono::nanoseconds> TimeSamplingSignal() {
  return std::nullopt;
}

#endif

}  // namespace ox_profile
