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

namespace {

sigset_t SamplingSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPROF);
  return signals;
}

}  // namespace

SamplingSignalHold::SamplingSignalHold() {
  const sigset_t signals = SamplingSignal();
  sigset_t before;
  held_ = pthread_sigmask(SIG_BLOCK, &signals, &before) == 0 &&
          sigismember(&before, SIGPROF) == 0;
}

SamplingSignalHold::~SamplingSignalHold() {
  if (!held_) return;
  const sigset_t signals = SamplingSignal();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

#else

SamplingSignalHold::SamplingSignalHold() = default;
SamplingSignalHold::~SamplingSignalHold() = default;

std::optional<std::chrono::nanoseconds> TimeSamplingSignal() {
  return std::nullopt;
}

#endif

}  // namespace ox_profile
