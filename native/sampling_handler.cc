#include "sampling_handler.h"

#include <csignal>

#ifdef SIGPROF

#include <dlfcn.h>
#include <pthread.h>
#include <v8-profiler.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>

#include "sampled_thread.h"

namespace ox_profile {

namespace {

using WithInfo = void (*)(int, siginfo_t*, void*);
using Plain = void (*)(int);

// The handler after ours. One word, as it is read in the handler: the address,
// and in its highest bit, which no address has, whether it takes a number only.
std::atomic<uintptr_t> next_handler{0};
// V8's own; null until it was seen.
std::atomic<WithInfo> v8_handler{nullptr};
static_assert(std::atomic<uintptr_t>::is_always_lock_free);
static_assert(std::atomic<WithInfo>::is_always_lock_free);

constexpr uintptr_t kPlain = ~(UINTPTR_MAX >> 1);

void HandOn(int signal, void* info, void* context) {
  const uintptr_t next = next_handler.load(std::memory_order_acquire);
  if (next == 0) return;
  if ((next & kPlain) != 0) {
    reinterpret_cast<Plain>(next & ~kPlain)(signal);
  } else {
    reinterpret_cast<WithInfo>(next)(signal, static_cast<siginfo_t*>(info),
                                     context);
  }
}

// The threads that are in our handler. Where another's handler asks ours and
// ours asks that one, the second time is known by this, and V8 is asked.
class Inside {
 public:
  Inside() : thread_(reinterpret_cast<uintptr_t>(pthread_self())) {
    for (const auto& place : places) {
      if (place.load(std::memory_order_relaxed) == thread_) return;
    }
    for (auto& place : places) {
      uintptr_t free = 0;
      if (place.compare_exchange_strong(free, thread_,
                                        std::memory_order_relaxed)) {
        place_ = &place;
        return;
      }
    }
  }
  ~Inside() {
    if (place_) place_->store(0, std::memory_order_relaxed);
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  // False also where there is no place left: then nobody would know.
  [[nodiscard]] bool is_first() const { return place_ != nullptr; }

 private:
  static std::array<std::atomic<uintptr_t>, 64> places;

  const uintptr_t thread_;
  std::atomic<uintptr_t>* place_ = nullptr;
};

std::array<std::atomic<uintptr_t>, 64> Inside::places;

// Async-signal-safe.
void OnSamplingSignal(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  {
    const Inside inside;
    if (!inside.is_first()) {
      const WithInfo take = v8_handler.load(std::memory_order_relaxed);
      if (take) take(signal, info, context);
    } else if (SampledThread* thread = SampledThread::OfThisThread()) {
      thread->OnSignal(signal, info, context, HandOn);
    } else {
      HandOn(signal, info, context);
    }
  }
  errno = error;
}

const void* ImageOf(const void* address) {
  Dl_info info;
  return dladdr(address, &info) != 0 ? info.dli_fbase : nullptr;
}

bool IsV8s(const struct sigaction& handler) {
  if ((handler.sa_flags & SA_SIGINFO) == 0) return false;
  static const void* const v8 =
      ImageOf(reinterpret_cast<const void*>(&v8::CpuProfiler::New));
  return v8 != nullptr &&
         ImageOf(reinterpret_cast<const void*>(handler.sa_sigaction)) == v8;
}

void NoteNext(const struct sigaction& handler) {
  if (IsV8s(handler)) v8_handler = handler.sa_sigaction;
  next_handler.store(
      (handler.sa_flags & SA_SIGINFO) != 0
          ? reinterpret_cast<uintptr_t>(handler.sa_sigaction)
          : reinterpret_cast<uintptr_t>(handler.sa_handler) | kPlain,
      std::memory_order_release);
}

bool IsHandler(const struct sigaction& handler) {
  return (handler.sa_flags & SA_SIGINFO) != 0 ||
         (handler.sa_handler != SIG_DFL && handler.sa_handler != SIG_IGN);
}

// The handler may be called, by those who kept its address too, for as long as
// the process lives. So this library stays, even where only workers had it.
void StayLoaded() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&OnSamplingSignal), &info) == 0) {
    return;
  }
  // Never closed.
  static void* const self =
      dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  (void)self;
}

}  // namespace

void PlaceSamplingHandler(bool was_missed) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  struct sigaction now {};
  if (sigaction(SIGPROF, nullptr, &now) != 0 || !IsHandler(now)) return;
  if ((now.sa_flags & SA_SIGINFO) != 0 &&
      now.sa_sigaction == OnSamplingSignal) {
    return;
  }
  if (!IsV8s(now) && !was_missed) return;

  StayLoaded();
  // Before, as ours is called at once.
  NoteNext(now);
  struct sigaction ours = now;
  ours.sa_flags |= SA_SIGINFO;
  ours.sa_sigaction = OnSamplingSignal;
  struct sigaction before {};
  if (sigaction(SIGPROF, &ours, &before) == 0 && IsHandler(before)) {
    NoteNext(before);  // Another may have come in between.
  }
}

}  // namespace ox_profile

#else

namespace ox_profile {
void PlaceSamplingHandler(bool) {}
}  // namespace ox_profile

#endif
