#ifndef OX_PROFILE_SESSION_H_
#define OX_PROFILE_SESSION_H_

#include <uv.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "count_table.h"
#include "event_loop.h"
#include "fold.h"
#include "gc_clock.h"
#include "inquiry.h"
#include "interval_source.h"
#include "isolate_profiler.h"
#include "orders.h"
#include "parking.h"
#include "rotation_plan.h"
#include "sampling_thread.h"
#include "stall_watch.h"
#include "stuck_watch.h"

namespace ox_profile {

// The profiling of one JS thread: its V8 profiler, its event loop's clock, and
// the drains that carry counts from the one into a CountTable. It does what the
// Orders say.
//
// Methods are called on the JS thread, except where they say otherwise.
class Session final : public Timed {
 public:
  Session(v8::Isolate* isolate, uv_loop_t* loop, ThreadId thread,
          std::string thread_name);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The session of the calling thread, or null.
  [[nodiscard]] static Session* OfThisThread();

  // Stops, detaches from the loop and deletes the session; `done` is called
  // when libuv has let go of the loop's handle. No JS is run.
  static void Close(Session* self, std::function<void()> done);

  // Makes V8's profiler, if there is none, and lets it listen to new code and
  // wait for what `coming` will want.
  void Listen(const Order& coming);

  // Does what the last order says. False when V8 refused to sample.
  bool Follow();

  // How often V8 began to follow the code of this thread. What was hot before
  // it does not know, nor what was when it stopped.
  [[nodiscard]] uint64_t begun() const { return begun_; }

  // Carries the counts so far into the table. Does nothing while paused. May
  // be called from an interrupt.
  void Drain();

  // Carries the last counts into the table, and has V8's own thread end.
  void Stop();

#ifdef OX_PROFILE_INJECT_FAULTS
  void Jam() { profiler_->Jam(); }
#endif

  // The session's number: see SamplingThread::Find.
  [[nodiscard]] SamplingThread::TargetId id() const { return target_; }
  [[nodiscard]] ThreadId thread() const { return thread_; }  // Any thread.
  [[nodiscard]] std::string Name() const;                    // Any thread.

  // Answers an inquiry at once.
  void AnswerNow(Inquiry& inquiry);

  std::chrono::nanoseconds OnTime(std::chrono::nanoseconds now) override;
  void RequestDrain() override;
  void Ask(std::shared_ptr<Inquiry> inquiry) override;

 private:
  ~Session();

  [[nodiscard]] bool sampling() const { return table_ != nullptr; }
  // In an interrupt JS may stand on the stack; from the loop there is none.
  enum class Caller { kInterrupt, kLoop };

  // Has V8's profiler rest until sampling begins. JS thread, as all up to
  // MakeAnewWhenStuck.
  // Whether V8 will begin to follow the thread's code when it is to rest or to
  // sample.
  [[nodiscard]] bool Begins() const;
  void NoteSignalCost();
  void RestUntil(const Order& coming);
  // What it sees at rest would otherwise grow without end.
  void RenewRestLater();
  // Draws anew where the order asks for other intervals than those drawn until
  // now.
  void FollowIntervals(const Order& order);
  bool Unpause();
  void Pause();

  // The thread's loop waits, and may do so for long: V8's profiler rests until
  // JS runs again.
  void Park();
  void Unpark();

  enum class Next { kGoOn, kNewInterval, kOtherIntervals, kPark, kPause };
  void DrainTo(Next next);
  // What V8 has counted, into fold_. False when V8 goes on as before.
  bool TakeCounts(Next next, std::chrono::nanoseconds began);
  void AddTimes(std::chrono::nanoseconds began,
                std::chrono::nanoseconds cpu_began);
  // Carries what is in fold_ into the table.
  void AddWindow(std::chrono::nanoseconds ended);
  void BeginWindow();
  void PlanNextDrain();
  void MakeAnewWhenStuck(std::chrono::nanoseconds busy_cpu);

  // Looks whether the loop has not turned for too long; returns when to look
  // again. Sampling thread.
  std::chrono::nanoseconds WatchForStall(std::chrono::nanoseconds now);
  void OnTurn();
  void AnswerAll(Caller caller);
  [[nodiscard]] static Inquiry::State StateOf(Caller caller);

  // Has the JS thread call Visit soon. Any thread, under the sampling thread's
  // lock.
  void Summon();
  // Does what was asked for.
  void Visit(Caller caller);
  static void OnInterrupt(v8::Isolate*, void* id);
  static void OnJsEntered(v8::Isolate*);

  v8::Isolate* const isolate_;
  const ThreadId thread_;
  const std::string thread_name_;
  const std::chrono::nanoseconds born_;
  std::unique_ptr<IsolateProfiler> profiler_;
  CodeLogging logging_ = CodeLogging::kEager;
  uint64_t begun_ = 0;
  GcClock gc_clock_;
  EventLoop* loop_;  // Deletes itself when libuv has closed its handle.
  SamplingThread::TargetId target_;

  Order order_;  // The last that was followed.
  std::atomic<uint64_t> followed_{0};

  std::shared_ptr<CountTable> table_;  // Of what is sampled now.
  std::shared_ptr<CountTable> last_table_;
  uint64_t table_epoch_ = 0;
  bool leaves_late_ = false;  // See IsolateProfiler::Marks.
  std::optional<IntervalSource> intervals_;
  // Interval, jitter and stretch that they are made for.
  std::tuple<std::chrono::microseconds, double, double> intervals_ordered_;
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
  bool drains_early_ = false;  // Or the next drain would have much to carry.

  StuckWatch stuck_watch_;

  Parking parking_;
  bool parked_ = false;
  std::chrono::nanoseconds parked_at_{0};

  std::mutex inquiries_mutex_;  // Guards inquiries_.
  std::vector<std::shared_ptr<Inquiry>> inquiries_;

  // Between the JS thread and the sampling thread.
  StallWatch stall_watch_;
  std::atomic<uint64_t> js_entries_{0};
  std::atomic<std::chrono::nanoseconds> drain_due_{kNever};
  std::atomic<bool> drain_wanted_{false};
  // Until then sampling is likely to begin, and V8's profiler rests lightly.
  std::atomic<std::chrono::nanoseconds> rest_due_{kNever};
  std::atomic<bool> rest_wanted_{false};
  std::atomic<bool> park_wanted_{false};
  std::atomic<bool> may_park_{false};
  std::atomic<std::chrono::nanoseconds> park_after_{kNever};
  // An interrupt was requested and has not come yet. An idle isolate runs no
  // interrupts, and they would pile up.
  std::atomic<bool> interrupt_pending_{false};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SESSION_H_
