#ifndef OX_PROFILE_ISOLATE_PROFILER_H_
#define OX_PROFILE_ISOLATE_PROFILER_H_

#include <chrono>
#include <memory>
#include <optional>
#include <span>

#include "fold.h"
#include "gc_clock.h"
#include "orders.h"

namespace ox_profile {

// V8's sampling profiler for one isolate: one v8::CpuProfiler.
//
// An eager one always has a profile running: while nothing is wanted it rests,
// and what it then sees is thrown away. When V8's last profile stops, V8
// forgets which code was entered in the middle of a loop and puts its time on
// callers afterwards; and starting the first one again maps half a megabyte for
// V8's queue of samples, page by page, which takes milliseconds in a large
// process.
//
// All methods are called on the JS thread of the isolate. They run no JS, so
// they may be called from an interrupt.
class IsolateProfiler {
 public:
  IsolateProfiler(v8::Isolate* isolate, CodeLogging logging);
  ~IsolateProfiler();

  IsolateProfiler(const IsolateProfiler&) = delete;
  IsolateProfiler& operator=(const IsolateProfiler&) = delete;

  // Whether it samples for somebody.
  [[nodiscard]] bool running() const;

  // Whether a profile runs, be it at rest: V8 then knows the code that was made
  // since it began.
  [[nodiscard]] bool knows_code() const;

  enum class Rest {
    kLight,  // Some hundred samples a second: sampling begins at once.
    kRest,   // Four a second: it begins when V8 has made its thread anew.
    kSleep,  // Hardly any, where no JS runs.
  };

  // Rests so unless it samples, and listens to new code from now on. Sampling
  // at `interval` then begins the soonest. A lazy profiler does neither.
  void Listen(std::chrono::microseconds interval, Rest rest);

  // Throws away what was seen at rest until now. Does nothing while it samples.
  void RenewRest();

  // The first sample is taken after `first`, where that can be had; elsewhere
  // after an interval. False when V8 refused.
  [[nodiscard]] bool Start(std::chrono::microseconds interval,
                           std::chrono::nanoseconds first);

  // What the times of samples are held against. Samples since `drain_began`,
  // and those before the end of the last drain (see EndDrain), are the
  // profiler's own; those in `gc_pauses` are the collector's.
  struct Marks {
    std::chrono::nanoseconds drain_began;
    std::span<const GcClock::Pause> gc_pauses;
    // Samples that V8 tells of late, from before the rotation, are left out:
    // what they belong to was forgotten, or was rest.
    bool leaves_late = false;
  };

  // Ends the running profile and begins the next without a gap, and fills
  // `fold` with the ended one: frames, nodes, all hits and intervals. `fold`'s
  // strings are good until the next call of any method.
  //
  // False when V8 refused the next profile: then the last one goes on, and
  // `fold` is empty.
  [[nodiscard]] bool Rotate(std::chrono::microseconds next_interval,
                            const Marks& marks, Fold& fold);

  // Like Rotate, and what comes next is rest.
  void EndIn(Rest rest, const Marks& marks, Fold& fold);

  // As ProfileFolder has it, of the last rotation.
  void CountStallHits(std::chrono::nanoseconds began, Fold& fold) const;

  // Disposes V8's profiler and makes another, which samples at `interval`.
  // Walks the heap. False when V8 refused. `fold`s of before have lost their
  // strings.
  [[nodiscard]] bool Renew(std::chrono::microseconds interval,
                           std::chrono::nanoseconds first);

  // CPU time that the signal of a sample costs the thread without the sample;
  // nothing where V8 samples without signals. To be called while it rests or
  // samples.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> TimeSignal();
  // CPU time that a sample takes on the thread, as last seen; or zero.
  [[nodiscard]] std::chrono::nanoseconds CostOfSample() const;

  // Ends the rest too.
  void Stop();

#ifdef OX_PROFILE_INJECT_FAULTS
  // From now on V8's profiler gives no samples, as when it is stuck.
  void Jam();
#endif

  // Says that the thread does the profiler's work, and takes no samples (where
  // V8 samples by signals) until that is over. What a caller measures as its
  // time begins afterwards.
  void BeginDrain();
  // Deletes the ended profile, whose strings the fold refers to, and says that
  // the program goes on: samples from now on are the program's.
  void EndDrain();
  // The same where no profile was ended, and the last one goes on.
  void GiveUpDrain();

 private:
  class State;  // Keeps v8-profiler.h out of this header.
  std::unique_ptr<State> state_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_ISOLATE_PROFILER_H_
