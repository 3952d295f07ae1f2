#ifndef OX_PROFILE_SAMPLED_THREAD_H_
#define OX_PROFILE_SAMPLED_THREAD_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "code_ranges.h"
#include "sample_note.h"
#include "sample_timer.h"

namespace v8 {
class Isolate;
}

namespace ox_profile {

// A JS thread as the handler of the sampling signal knows it: what it needs to
// know there, and what it notes.
//
// V8's own thread sends a signal when a sample is due by its count; V8's
// handler takes a sample when the signal comes and one is due. So a signal can
// be left out, and the sample taken later, with another signal.
//
// Methods are called on the thread, unless they say otherwise. Objects are
// never deleted, so that a handler may always look at them; a later thread gets
// one that was left.
class SampledThread {
 public:
  // The calling thread, until it leaves. Its isolate is `isolate`.
  static SampledThread& Enter(v8::Isolate* isolate);
  void Leave();

  // The calling thread, or null. Async-signal-safe.
  static SampledThread* OfThisThread();

  // In between no samples are taken: the thread does not do the program's work.
  // May be nested.
  void BeginDiscard() { Add(discards_, 1); }
  void EndDiscard() { Add(discards_, -1); }

  // Has the next sample taken after `first`, and those after it an interval
  // later each, until EndPhase or for a while: later, one more or less is
  // little beside those that were taken. V8's thread would take the first one
  // after an interval, so that it never saw what is done within one interval
  // after a wait; with a `first` that is drawn from the interval it is seen in
  // proportion.
  //
  // Another profiler of the thread gets its samples meanwhile, at times with
  // one of these.
  void BeginPhase(std::chrono::nanoseconds first,
                  std::chrono::nanoseconds interval);
  void EndPhase();
  [[nodiscard]] bool in_phase() const {
    return in_phase_.load(std::memory_order_relaxed);
  }
  // To be called before V8 begins to profile the thread for a phase.
  void ForgetDue();

  // V8's way to take a sample: of the thread as `context`, a ucontext_t, says.
  using Take = void (*)(int signal, void* info, void* context);

  // What the handler does. Async-signal-safe.
  void OnSignal(int signal, void* info, void* context, Take take);

  // Of the samples since ForgetNotes, in their order; not of those that came
  // when there was no room left.
  [[nodiscard]] std::span<const SampleNote> notes() const;
  void ForgetNotes() { note_count_.store(0, std::memory_order_relaxed); }

  struct Counts {
    uint64_t taken = 0;
    uint64_t discarded = 0;
    uint64_t in_builtins = 0;  // Of those taken.
    uint64_t corrected = 0;    // Of those in builtins.
  };
  [[nodiscard]] Counts counts() const;

  // CPU time that the handler takes for a sample, with the stack that the
  // thread had at those of late; zero before there were any.
  [[nodiscard]] std::chrono::nanoseconds cost_of_sample() const {
    return std::chrono::nanoseconds(
        cost_of_sample_.load(std::memory_order_relaxed));
  }

 private:
  SampledThread() = default;

  // Nobody else writes; to add as one step would cost more.
  template <typename T, typename More = T>
  static void Add(std::atomic<T>& count, More more) {
    count.store(count.load(std::memory_order_relaxed) + more,
                std::memory_order_relaxed);
  }

  // Whether a sample is to be taken at this signal.
  [[nodiscard]] bool IsDue(bool from_timer);
  void AddNote(const SampleNote& note);
  void NoteCost(std::chrono::nanoseconds took);

  std::atomic<uintptr_t> id_{0};   // 0 where no thread has it.
  SampledThread* next_ = nullptr;  // In the same bucket; never changes.

  // Of the thread, from Enter on.
  CodeRanges code_;
  CodeRange stack_;
  SampleTimer timer_;
  bool timer_runs_ = false;

  std::atomic<int> discards_{0};
  std::atomic<bool> in_phase_{false};
  std::atomic<std::chrono::nanoseconds> phase_ends_{};
  std::atomic<bool> due_by_v8_{false};     // Its signal came, and was left out.
  std::atomic<bool> due_by_timer_{false};  // Its signal came first.

  // More than a rotation has, unless its thread cannot be interrupted.
  std::array<SampleNote, 1024> notes_;
  std::atomic<size_t> note_count_{0};

  std::atomic<uint64_t> taken_{0};
  std::atomic<uint64_t> discarded_{0};
  std::atomic<uint64_t> in_builtins_{0};
  std::atomic<uint64_t> corrected_{0};
  std::atomic<int64_t> cost_of_sample_{0};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLED_THREAD_H_
