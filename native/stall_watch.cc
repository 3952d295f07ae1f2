#include "stall_watch.h"

#include <algorithm>

#include "clock.h"
#include "sampling_thread.h"
#include "stalls.h"

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// A loop is not looked at more often than this in the time of its threshold.
constexpr int kMostLooks = 20;

}  // namespace

void StallWatch::Begin(nanoseconds threshold) { threshold_ = threshold; }

void StallWatch::Rest() { threshold_ = nanoseconds::zero(); }

void StallWatch::End() {
  Rest();
  Close();
}

std::optional<nanoseconds> StallWatch::Look(nanoseconds now,
                                            nanoseconds busy_since) const {
  const nanoseconds threshold = threshold_;
  if (threshold == nanoseconds::zero() || id_ != 0) return Timed::kNever;
  if (now - busy_since >= threshold) return std::nullopt;
  return std::max(busy_since + threshold, now + threshold / kMostLooks);
}

void StallWatch::Open(ThreadId thread, const std::string& name,
                      nanoseconds busy_since) {
  began_ = busy_since;
  id_ = StallBook::Get().Open(thread, name, busy_since);
}

std::optional<StallWatch::Stalled> StallWatch::stalled() const {
  const uint64_t id = id_;
  if (id == 0) return std::nullopt;
  return Stalled{id, began_};
}

void StallWatch::Close() {
  if (const uint64_t id = id_.exchange(0); id != 0) {
    StallBook::Get().Close(id, MonotonicNow());
  }
}

}  // namespace ox_profile
