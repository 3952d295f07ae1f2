#include "stuck_watch.h"

#include <algorithm>

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// A thread worked as long as so many samples take and none came, and so long
// that V8's thread would have had its turn in between where all cores are
// taken.
constexpr double kMissingSamples = 20;
constexpr nanoseconds kUnseenCpu = std::chrono::milliseconds(250);

}  // namespace

void StuckWatch::Begin() {
  missing_samples_ = 0;
  unseen_cpu_ = nanoseconds::zero();
}

std::optional<uint64_t> StuckWatch::Learn(const Seen& seen) {
  if (seen.samples > 0) {
    Begin();
    return std::nullopt;
  }
  const double missing = static_cast<double>(seen.busy_cpu.count()) /
                         static_cast<double>(seen.interval.count());
  missing_samples_ += std::max(missing, 0.0);
  unseen_cpu_ += seen.busy_cpu;
  if (missing_samples_ < kMissingSamples || unseen_cpu_ < kUnseenCpu ||
      seen.now < next_) {
    return std::nullopt;
  }
  const auto lost = static_cast<uint64_t>(missing_samples_);
  Begin();
  next_ = seen.now + pause_;
  pause_ *= 2;
  return lost;
}

}  // namespace ox_profile
