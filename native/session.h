#ifndef OX_PROFILE_SESSION_H_
#define OX_PROFILE_SESSION_H_

#include <uv.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "count_table.h"
#include "event_loop.h"
#include "fold.h"
#include "gc_clock.h"
#include "interval_source.h"
#include "isolate_profiler.h"
#include "rotation_plan.h"
#include "sampling_thread.h"

namespace ox_profile {

// The profiling of one JS thread: its V8 profiler, its event loop's clock, and
// the drains that carry counts from the one into a CountTable.
//
// Methods are called on the JS thread, except where they say otherwise.
class Session final : public DrainTarget {
 public:
  Session(v8::Isolate* isolate, uv_loop_t* loop, ThreadId thread,
          std::string thread_name, CodeLogging logging);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Stops, detaches from the loop and deletes the session; `done` is called
  // when libuv has let go of the loop's handle. No JS is run.
  static void Close(Session* self, std::function<void()> done);

  [[nodiscard]] bool running() const { return profiler_.running(); }

  // Names the session to those who may outlive it: see SamplingThread::Find.
  [[nodiscard]] SamplingThread::TargetId id() const { return target_; }

  // Begins to sample into `table`. False when V8 refused.
  [[nodiscard]] bool Unpause(std::shared_ptr<CountTable> table,
                             const IntervalSource& intervals);

  // Carries the last counts into the table and stops sampling.
  void Pause();

  // Pauses, and has V8's own thread end too.
  void Stop();

  // Goes on with other intervals. No count is lost.
  void SetIntervals(const IntervalSource& intervals);

  // Carries the counts so far into the table. Does nothing while paused. May
  // be called from an interrupt.
  void Drain();

  // Called on the sampling thread.
  void RequestDrain() override;

  // The interrupt that RequestDrain asked for has come.
  void OnInterrupted();

 private:
  ~Session();

  enum class Next { kGoOn, kNewInterval, kOtherIntervals, kRest };
  void DrainTo(Next next);
  void AddTimes(std::chrono::nanoseconds began,
                std::chrono::nanoseconds cpu_began);
  void BeginWindow();
  void RemindOfNextDrain();
  void OnWake();

  v8::Isolate* const isolate_;
  const ThreadId thread_;
  const std::string thread_name_;
  IsolateProfiler profiler_;
  GcClock gc_clock_;
  EventLoop* loop_;  // Deletes itself when libuv has closed its handle.
  SamplingThread::TargetId target_;

  std::shared_ptr<CountTable> table_;
  std::optional<IntervalSource> intervals_;
  std::chrono::microseconds interval_{0};
  std::chrono::nanoseconds drawn_at_{0};
  RotationPlan plan_;
  Fold fold_;

  // The clocks at the end of the last drain.
  std::chrono::nanoseconds window_wall_{0};
  std::chrono::nanoseconds window_cpu_{0};
  std::chrono::nanoseconds window_idle_{0};
  // What the last drain itself took; counted with the next, so that counts and
  // times always end at the same moment.
  std::chrono::nanoseconds drain_wall_{0};
  std::chrono::nanoseconds drain_cpu_{0};

  // A drain was asked for and not done since.
  std::atomic<bool> drain_wanted_{false};
  // An interrupt was requested and has not come yet. An idle isolate runs no
  // interrupts, and they would pile up.
  std::atomic<bool> interrupt_pending_{false};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SESSION_H_
