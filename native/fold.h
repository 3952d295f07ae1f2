#ifndef OX_PROFILE_FOLD_H_
#define OX_PROFILE_FOLD_H_

#include <chrono>
#include <cstdint>
#include <vector>

#include "frame_table.h"

namespace ox_profile {

// How far apart samples really were. Mean and variance are updated sample by
// sample (B. P. Welford, Technometrics 4/3, 1962) and merged pairwise
// (T. Chan, G. Golub, R. LeVeque, 1979).
class IntervalStats {
 public:
  void Add(double millis);
  void Merge(const IntervalStats& other);

  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double stdev() const;  // Of the intervals; 0 for fewer than 2.

 private:
  uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // Sum of squared distances from the mean.
};

// One rotation of one thread, taken out of V8 into plain data: a small call
// tree and the times that its samples divide. It is filled and added within one
// drain, and its strings are V8's own: good only while the V8 profile lives.
//
// It is reused from drain to drain, so that its vectors keep their memory.
struct Fold {
  // A hit stands for the same time on the clock as any other, and for as many
  // parts of CPU time as the thread had a CPU: none is nearly none, and this is
  // all of the time.
  static constexpr uint32_t kCpuPartsOfHit = 256;

  struct Node {
    uint32_t parent;  // Index into nodes; smaller than the node's own.
    uint32_t frame;   // Index into frames.
    uint64_t hits;    // Self hits, without those taken inside a drain.
    // Of each of them, on average; from 1 on.
    uint32_t cpu_parts_of_hit = kCpuPartsOfHit;
  };

  // Of a node's hits, those in one line of its function's source.
  struct LineHits {
    uint32_t node;
    int32_t line;  // From 1.
    uint64_t hits;
  };

  std::vector<NamedFrame> frames;
  std::vector<LineHits> lines;  // Node after node.
  std::vector<Node> nodes;      // The first is the root.
  // Of the last sample that was not the collector's; if there was one.
  uint32_t last_node = UINT32_MAX;
  // Of each node's hits, those in the stall that was asked about; or empty.
  std::vector<uint64_t> stall_hits;

  std::chrono::nanoseconds ended_at{0};  // On MonotonicNow's clock.
  uint64_t samples = 0;        // Hits of all nodes, those inside drains too.
  uint64_t depths = 0;         // The depth of each sample's stack, summed up.
  uint64_t truncated = 0;      // Hits whose stack is deeper than V8 looks.
  uint64_t lost = 0;           // Samples that V8 should have taken and did not.
  uint64_t in_builtins = 0;    // Samples in V8's builtins.
  uint64_t corrected = 0;      // Of those, where V8 would skip a function.
  uint64_t profiler_hits = 0;  // Samples taken inside a drain.
  uint64_t gc_pause_hits = 0;  // Samples of the pauses that gc_wall measures.
  std::chrono::nanoseconds profiler_wall{0};  // Time spent inside drains.
  std::chrono::nanoseconds profiler_cpu{0};
  std::chrono::nanoseconds idle_wall{0};  // The loop waited for events.
  std::chrono::nanoseconds gc_wall{0};    // V8 paused to collect garbage.
  std::chrono::nanoseconds gc_cpu{0};
  std::chrono::nanoseconds busy_wall{0};  // All the rest.
  std::chrono::nanoseconds busy_cpu{0};
  IntervalStats intervals;
  // The next samples stand for another time than these: the interval changes,
  // or may change before sampling goes on.
  bool weights_end = false;

  void Clear();
};

}  // namespace ox_profile

#endif  // OX_PROFILE_FOLD_H_
