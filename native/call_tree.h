#ifndef OX_PROFILE_CALL_TREE_H_
#define OX_PROFILE_CALL_TREE_H_

#include <cstdint>
#include <vector>

#include "chunks.h"
#include "frame_table.h"
#include "growing_index.h"

namespace ox_profile {

using NodeId = uint32_t;

inline constexpr NodeId kNoNode = GrowingIndex::kNone;

// Stacks of one thread, merged by common prefix. A node is one frame under one
// caller; its counts are its own (self), those of its callees are in the
// callees. A parent has a smaller id than its children.
//
// Not thread-safe: CountTable holds it behind its mutex.
class CallTree {
 public:
  struct Node {
    NodeId parent = kNoNode;
    FrameId frame = 0;
    NodeId first_child = kNoNode;
    NodeId next_sibling = kNoNode;
    uint64_t self_hits = 0;
    int64_t self_wall_nanos = 0;
    int64_t self_cpu_nanos = 0;
    // Of self_hits, those that have no share of the times yet.
    uint32_t unsettled_hits = 0;
    // Of those, as far as the thread had a CPU: in parts, see kCpuPartsOfHit.
    uint64_t unsettled_cpu_parts = 0;
    // The last added of its lines.
    uint32_t last_line = kNoLine;
    // None of its callers is the same function. What is within it is then in
    // that function once.
    bool is_outermost = true;
  };

  static constexpr uint32_t kNoLine = UINT32_MAX;

  // Of a node's self hits, those in one line of the source.
  struct Line {
    int32_t number;
    uint32_t next;  // Of the same node; or kNoLine.
    uint64_t hits;
  };

  // What each unsettled hit gets of the wall time, and each unsettled part of
  // one of the CPU time.
  struct Parts {
    int64_t wall_nanos;
    int64_t cpu_nanos;

    [[nodiscard]] int64_t WallOf(const Node& node) const {
      return node.unsettled_hits * wall_nanos;
    }
    [[nodiscard]] int64_t CpuOf(const Node& node) const {
      return static_cast<int64_t>(node.unsettled_cpu_parts) * cpu_nanos;
    }
  };

  explicit CallTree(FrameId root_frame);

  [[nodiscard]] NodeId root() const { return 0; }
  [[nodiscard]] size_t size() const { return nodes_.size(); }
  [[nodiscard]] const Chunks<Node>& nodes() const { return nodes_; }

  // The child of `parent` for `frame`, or kNoNode.
  [[nodiscard]] NodeId Find(NodeId parent, FrameId frame) const;
  // `is_outermost` is taken for a new one, see Node.
  [[nodiscard]] NodeId FindOrAdd(NodeId parent, FrameId frame,
                                 bool is_outermost = true);

  void AddTimes(NodeId node, int64_t wall_nanos, int64_t cpu_nanos);

  // Adds hits that have no share of the times yet.
  void AddUnsettledHits(NodeId node, uint64_t hits, uint64_t cpu_parts);
  // Adds hits that get no share of the times.
  void AddHits(NodeId node, uint64_t hits);

  // Says of hits that were added which line they were in. A function in which
  // more lines are hit than a reader would look at keeps those that came first.
  void AddLineHits(NodeId node, int32_t line, uint64_t hits);
  [[nodiscard]] const Chunks<Line>& lines() const { return lines_; }

  // Adds all nodes and counts of another tree over the same frames, whose hits
  // are all settled. Returns how many of its functions' nodes were there
  // before.
  size_t Add(const CallTree& other, const Chunks<Frame>& frames);

  // Gives each unsettled hit its part; none are left.
  void Settle(const Parts& parts);
  [[nodiscard]] uint64_t unsettled_hits() const { return unsettled_hits_; }
  [[nodiscard]] uint64_t unsettled_cpu_parts() const {
    return unsettled_cpu_parts_;
  }

 private:
  [[nodiscard]] NodeId Find(uint32_t hash, NodeId parent, FrameId frame) const;

  Chunks<Node> nodes_;
  Chunks<Line> lines_;
  GrowingIndex ids_;               // By parent and frame.
  std::vector<NodeId> unsettled_;  // The nodes that have unsettled hits.
  uint64_t unsettled_hits_ = 0;
  uint64_t unsettled_cpu_parts_ = 0;
};

// Of a state that a thread was never in. Nobody is shown such a node.
[[nodiscard]] inline bool NeverOccurred(const CallTree::Node& node,
                                        FrameKind kind) {
  return node.self_hits == 0 && node.self_wall_nanos == 0 &&
         kind != FrameKind::kFunction && kind != FrameKind::kRoot;
}

}  // namespace ox_profile

#endif  // OX_PROFILE_CALL_TREE_H_
