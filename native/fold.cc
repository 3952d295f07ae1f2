#include "fold.h"

#include <cmath>

namespace ox_profile {

void IntervalStats::Add(double millis) {
  count_++;
  const double distance = millis - mean_;
  mean_ += distance / static_cast<double>(count_);
  squares_ += distance * (millis - mean_);
}

void IntervalStats::Merge(const IntervalStats& other) {
  if (other.count_ == 0) return;
  const auto ours = static_cast<double>(count_);
  const auto theirs = static_cast<double>(other.count_);
  const double all = ours + theirs;
  const double distance = other.mean_ - mean_;
  mean_ += distance * theirs / all;
  squares_ += other.squares_ + distance * distance * ours * theirs / all;
  count_ += other.count_;
}

double IntervalStats::stdev() const {
  if (count_ < 2) return 0;
  return std::sqrt(squares_ / static_cast<double>(count_ - 1));
}

void Fold::Clear() {
  frames.clear();
  lines.clear();
  nodes.clear();
  stall_hits.clear();
  last_node = UINT32_MAX;
  in_builtins = corrected = 0;
  samples = depths = truncated = lost = profiler_hits = gc_pause_hits = 0;
  profiler_wall = profiler_cpu = std::chrono::nanoseconds::zero();
  idle_wall = gc_wall = gc_cpu = std::chrono::nanoseconds::zero();
  busy_wall = busy_cpu = std::chrono::nanoseconds::zero();
  intervals = IntervalStats();
  weights_end = false;
}

}  // namespace ox_profile
