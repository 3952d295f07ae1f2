#include "sampled_thread.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "clock.h"
#include "interrupted.h"
#include "top_frame.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#endif

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace ox_profile {

namespace {

constexpr size_t kBuckets = 256;

std::array<std::atomic<SampledThread*>, kBuckets> buckets;
static_assert(std::atomic<SampledThread*>::is_always_lock_free);
static_assert(std::atomic<uint64_t>::is_always_lock_free);

// Where threads are sampled by signals, an address in something large.
uintptr_t IdOfThisThread() {
#ifdef _WIN32
  return GetCurrentThreadId();
#else
  return reinterpret_cast<uintptr_t>(pthread_self());
#endif
}

std::atomic<SampledThread*>& BucketOf(uintptr_t id) {
  return buckets[(id >> 12 ^ id >> 20) % kBuckets];
}

CodeRange StackOfThisThread() {
#if defined(_WIN32)
  return {};
#elif defined(__APPLE__)
  const auto end =
      reinterpret_cast<uintptr_t>(pthread_get_stackaddr_np(pthread_self()));
  return {end - pthread_get_stacksize_np(pthread_self()), end};
#else
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
  void* begin = nullptr;
  size_t size = 0;
  pthread_attr_getstack(&attributes, &begin, &size);
  pthread_attr_destroy(&attributes);
  CodeRange stack{reinterpret_cast<uintptr_t>(begin), 0};
  stack.end = stack.begin + size;
#ifdef __linux__
  // The first thread's grows, and not every C library says how far it may.
  rlimit limit;
  if (syscall(SYS_gettid) == getpid() && getrlimit(RLIMIT_STACK, &limit) == 0 &&
      limit.rlim_cur < stack.end) {
    stack.begin = std::min(stack.begin, stack.end - limit.rlim_cur);
  }
#endif
  return stack;
#endif
}

}  // namespace

SampledThread& SampledThread::Enter(v8::Isolate* isolate) {
  static std::mutex mutex;  // Guards the buckets against other threads' Enter.
  const std::scoped_lock lock(mutex);
  const uintptr_t id = IdOfThisThread();
  std::atomic<SampledThread*>& bucket = BucketOf(id);
  SampledThread* thread = bucket;
  while (thread != nullptr && thread->id_ != 0) thread = thread->next_;
  if (thread == nullptr) {
    thread = new SampledThread();  // Never deleted, see the header.
    thread->next_ = bucket;
    bucket = thread;
  }
  thread->code_ = CodeRangesOf(isolate);
  thread->stack_ = StackOfThisThread();
  thread->discards_ = 0;
  thread->in_phase_ = false;
  thread->due_by_v8_ = thread->due_by_timer_ = false;
  thread->note_count_ = 0;
  for (auto* count : {&thread->taken_, &thread->discarded_,
                      &thread->in_builtins_, &thread->corrected_}) {
    *count = 0;
  }
  thread->cost_of_sample_ = 0;
  // Last: the handler may look from now on.
  thread->id_.store(id, std::memory_order_release);
  return *thread;
}

void SampledThread::Leave() {
  EndPhase();
  timer_.Delete();
  id_.store(0, std::memory_order_release);
}

SampledThread* SampledThread::OfThisThread() {
  const uintptr_t id = IdOfThisThread();
  SampledThread* thread = BucketOf(id).load(std::memory_order_acquire);
  while (thread != nullptr &&
         thread->id_.load(std::memory_order_acquire) != id) {
    thread = thread->next_;
  }
  return thread;
}

SampledThread::Counts SampledThread::counts() const {
  return {.taken = taken_,
          .discarded = discarded_,
          .in_builtins = in_builtins_,
          .corrected = corrected_};
}

void SampledThread::ForgetDue() {
  due_by_v8_.store(false, std::memory_order_relaxed);
  due_by_timer_.store(false, std::memory_order_relaxed);
}

void SampledThread::BeginPhase(std::chrono::nanoseconds first,
                               std::chrono::nanoseconds interval) {
  constexpr int kSamples = 20;
  phase_ends_.store(MonotonicNow() + interval * kSamples,
                    std::memory_order_relaxed);
  timer_runs_ = timer_.Start(first, interval);
  in_phase_.store(timer_runs_, std::memory_order_relaxed);
}

void SampledThread::EndPhase() {
  if (timer_runs_) timer_.Stop();
  timer_runs_ = false;
  in_phase_.store(false, std::memory_order_relaxed);
}

std::span<const SampleNote> SampledThread::notes() const {
  return {notes_.data(), note_count_.load(std::memory_order_acquire)};
}

bool SampledThread::IsDue(bool from_timer) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  if (discards_.load(kRelaxed) > 0) {
    (from_timer ? due_by_timer_ : due_by_v8_).store(true, kRelaxed);
    Add(discarded_, 1);
    return false;
  }
  if (in_phase_.load(kRelaxed) &&
      MonotonicNow() >= phase_ends_.load(kRelaxed)) {
    in_phase_.store(false, kRelaxed);
  }
  // Where the phase has ended, the timer goes on until it is stopped.
  if (!in_phase_.load(kRelaxed)) return !from_timer;
  // The timer says when, and V8 how often. Two of V8's in a row are not both
  // ours: another profiler samples the thread too.
  if (!from_timer && due_by_v8_.load(kRelaxed)) return true;
  std::atomic<bool>& here = from_timer ? due_by_timer_ : due_by_v8_;
  std::atomic<bool>& there = from_timer ? due_by_v8_ : due_by_timer_;
  const bool both = there.load(kRelaxed);
  here.store(!both, kRelaxed);
  if (both) there.store(false, kRelaxed);
  return both;
}

void SampledThread::AddNote(const SampleNote& note) {
  const size_t count = note_count_.load(std::memory_order_relaxed);
  if (count >= notes_.size()) return;
  notes_[count] = note;
  note_count_.store(count + 1, std::memory_order_release);
}

void SampledThread::NoteCost(std::chrono::nanoseconds took) {
  const int64_t last = cost_of_sample_.load(std::memory_order_relaxed);
  // One may have been held up by the system; several were not.
  cost_of_sample_.store(
      last == 0 ? took.count() : last + (took.count() - last) / 8,
      std::memory_order_relaxed);
}

void SampledThread::OnSignal(int signal, void* info, void* context, Take take) {
  // The clock is a call of the system, dearer than all else but V8's part.
  constexpr uint64_t kSamplesUntilTimed = 16;
  if (!IsDue(timer_.Sent(info))) return;
  const std::chrono::nanoseconds began = ThreadCpuNow();
  const uint64_t number = taken_.load(std::memory_order_relaxed);
  Add(taken_, 1);
  SampleNote note{.at = MonotonicNow(), .cpu = began};
#ifdef _WIN32
  take(signal, info, context);
#else
  auto& interrupted = *static_cast<ucontext_t*>(context);
  const std::optional<TopFrame> top = TopFrameOf(interrupted);
  const bool in_builtin = top && code_.InBuiltins(top->pc);
  std::optional<TopFrame> caller;
  if (in_builtin) {
    Add(in_builtins_, 1);
    caller = CallerOfBuiltin(*top, {code_, stack_});
  } else if (top && !code_.compiled.Contains(top->pc)) {
    note.doing = DoingOf(interrupted, *top);
  }
  AddNote(note);
  if (caller) {
    Add(corrected_, 1);
    const InterruptedElsewhere elsewhere(interrupted, *top, *caller);
    take(signal, info, context);
  } else {
    take(signal, info, context);
  }
#endif
  if (number % kSamplesUntilTimed == 0) NoteCost(ThreadCpuNow() - began);
}

}  // namespace ox_profile
