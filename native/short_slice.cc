#include "short_slice.h"

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <atomic>

namespace ox_profile {

namespace {

std::atomic<bool> had{false};

#if defined(__linux__) && defined(SYS_sched_setattr)

using std::chrono::nanoseconds;

constexpr nanoseconds kShort = std::chrono::microseconds(100);

// As the kernel has it, version 0 (include/uapi/linux/sched/types.h).
struct Attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;  // For ordinary threads the slice, in nanoseconds.
  uint64_t deadline;
  uint64_t period;
};

// Of the calling thread; nothing where it is not an ordinary one.
std::optional<Attributes> Get() {
  Attributes attributes{};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0U) != 0 ||
      attributes.policy != SCHED_OTHER) {
    return std::nullopt;
  }
  attributes.size = sizeof attributes;
  return attributes;
}

bool Set(Attributes attributes, nanoseconds slice) {
  attributes.runtime = static_cast<uint64_t>(slice.count());
  return syscall(SYS_sched_setattr, 0, &attributes, 0U) == 0;
}

nanoseconds SliceOf(const Attributes& attributes) {
  return nanoseconds(static_cast<int64_t>(attributes.runtime));
}

// What gives a thread its slice back that it has now: zero is the default, and
// what the kernel tells does not say whether it is that. Found out once for
// each thread, by setting it.
nanoseconds WayBack(const Attributes& now) {
  thread_local std::optional<nanoseconds> way_back;
  if (!way_back) {
    way_back = nanoseconds::zero();
    if (Set(now, nanoseconds::zero())) {
      const std::optional<Attributes> plain = Get();
      if (plain && plain->runtime != now.runtime) way_back = SliceOf(now);
    }
  }
  return *way_back;
}

#endif

}  // namespace

#if defined(__linux__) && defined(SYS_sched_setattr)

bool TakeShortSlice() {
  const std::optional<Attributes> now = Get();
  if (!now || !Set(*now, kShort)) return false;
  // Older kernels say yes and do nothing.
  const std::optional<Attributes> then = Get();
  return then && SliceOf(*then) == kShort;
}

ShortSlice::ShortSlice() {
  const std::optional<Attributes> now = Get();
  // Older kernels have none to tell.
  if (!now || now->runtime == 0) return;
  before_ = WayBack(*now);
  had = Set(*now, kShort);
}

ShortSlice::~ShortSlice() {
  if (!before_) return;
  if (const std::optional<Attributes> now = Get()) Set(*now, *before_);
}

#else

bool TakeShortSlice() { return false; }
ShortSlice::ShortSlice() = default;
ShortSlice::~ShortSlice() = default;

#endif

bool ShortSlice::was_had() { return had; }

}  // namespace ox_profile
