#include "rotation_plan.h"

#include <algorithm>

namespace ox_profile {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds kShortest = milliseconds(5);

// What a drain may take: half of the 2 ms that users are promised.
constexpr double kDrainNanos = 1e6;

// Fewer samples say little about the program.
constexpr uint64_t kTellingSamples = 16;

// Below this many nodes a drain's time is mostly not the nodes'.
constexpr size_t kTellingNodes = 250;

// A program may turn wide in the middle of a rotation: then each sample brings
// a dozen or two of nodes, which are new to the table and the dearest there
// are. At 10 ms and the jitter around it a rotation still lasts kLongest.
constexpr double kMostSamples = 120;

// The least share of a stack that a sample is taken to add to the tree.
constexpr double kNewShareOfStack = 0.25;

}  // namespace

void RotationPlan::Learn(const Drained& drained) {
  samples_ += static_cast<double>(drained.samples);
  nodes_ += static_cast<double>(drained.nodes);
  frames_ += static_cast<double>(drained.frames);
  if (samples_ >= kTellingSamples) {
    nodes_per_sample_ = std::max(nodes_, kNewShareOfStack * frames_) / samples_;
    samples_ = nodes_ = frames_ = 0;
  }
  if (drained.nodes >= kTellingNodes) {
    const double nanos = static_cast<double>(drained.took.count()) /
                         static_cast<double>(drained.nodes);
    // One drain may have been held up by the system; several were not.
    nanos_per_node_ += (std::clamp(nanos, 50.0, 5000.0) - nanos_per_node_) / 4;
  }
}

nanoseconds RotationPlan::Length(std::chrono::microseconds interval) const {
  const double nodes = kDrainNanos / nanos_per_node_;
  const double samples =
      std::min(nodes / std::max(nodes_per_sample_, 0.01), kMostSamples);
  const double length =
      samples * static_cast<double>(nanoseconds(interval).count());
  return std::clamp(nanoseconds(static_cast<int64_t>(length)), kShortest,
                    kLongest);
}

}  // namespace ox_profile
