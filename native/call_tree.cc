#include "call_tree.h"

#include "hash.h"

namespace ox_profile {

namespace {

// To find a line takes as many steps as its node has lines.
constexpr size_t kMostLines = 256;

uint32_t HashOf(NodeId parent, FrameId frame) {
  return static_cast<uint32_t>(MixHash(uint64_t{parent} << 32 | frame));
}

}  // namespace

CallTree::CallTree(FrameId root_frame) {
  nodes_.Append({.frame = root_frame});
  ids_.Add(HashOf(kNoNode, root_frame));
}

NodeId CallTree::Find(uint32_t hash, NodeId parent, FrameId frame) const {
  return ids_.Find(hash, [&](NodeId id) {
    return nodes_[id].parent == parent && nodes_[id].frame == frame;
  });
}

NodeId CallTree::Find(NodeId parent, FrameId frame) const {
  return Find(HashOf(parent, frame), parent, frame);
}

NodeId CallTree::FindOrAdd(NodeId parent, FrameId frame, bool is_outermost) {
  const uint32_t hash = HashOf(parent, frame);
  const NodeId found = Find(hash, parent, frame);
  if (found != kNoNode) return found;

  const NodeId id = ids_.Add(hash);
  NodeId& first_child = nodes_[parent].first_child;
  nodes_.Append({.parent = parent,
                 .frame = frame,
                 .next_sibling = first_child,
                 .is_outermost = is_outermost});
  first_child = id;
  return id;
}

void CallTree::AddTimes(NodeId node, int64_t wall_nanos, int64_t cpu_nanos) {
  nodes_[node].self_wall_nanos += wall_nanos;
  nodes_[node].self_cpu_nanos += cpu_nanos;
}

void CallTree::AddHits(NodeId node, uint64_t hits) {
  nodes_[node].self_hits += hits;
}

void CallTree::AddLineHits(NodeId node, int32_t line, uint64_t hits) {
  if (hits == 0) return;
  size_t count = 0;
  for (uint32_t i = nodes_[node].last_line; i != kNoLine; i = lines_[i].next) {
    if (lines_[i].number == line) {
      lines_[i].hits += hits;
      return;
    }
    count++;
  }
  if (count >= kMostLines) return;
  lines_.Append({line, nodes_[node].last_line, hits});
  nodes_[node].last_line = static_cast<uint32_t>(lines_.size() - 1);
}

void CallTree::AddUnsettledHits(NodeId node, uint64_t hits,
                                uint64_t cpu_parts) {
  AddHits(node, hits);
  if (nodes_[node].unsettled_hits == 0) unsettled_.push_back(node);
  nodes_[node].unsettled_hits += static_cast<uint32_t>(hits);
  nodes_[node].unsettled_cpu_parts += cpu_parts;
  unsettled_hits_ += hits;
  unsettled_cpu_parts_ += cpu_parts;
}

size_t CallTree::Add(const CallTree& other, const Chunks<Frame>& frames) {
  size_t known = 0;
  std::vector<NodeId> ids(other.size());
  for (NodeId id = 0; id < other.size(); id++) {
    const Node& node = other.nodes_[id];
    const size_t before = size();
    ids[id] = id == 0
                  ? root()
                  : FindOrAdd(ids[node.parent], node.frame, node.is_outermost);
    const bool is_function = frames[node.frame].kind == FrameKind::kFunction;
    if (is_function && size() == before) known++;
    AddHits(ids[id], node.self_hits);
    AddTimes(ids[id], node.self_wall_nanos, node.self_cpu_nanos);
    for (uint32_t i = node.last_line; i != kNoLine; i = other.lines_[i].next) {
      AddLineHits(ids[id], other.lines_[i].number, other.lines_[i].hits);
    }
  }
  return known;
}

void CallTree::Settle(const Parts& parts) {
  for (const NodeId node : unsettled_) {
    AddTimes(node, parts.WallOf(nodes_[node]), parts.CpuOf(nodes_[node]));
    nodes_[node].unsettled_hits = 0;
    nodes_[node].unsettled_cpu_parts = 0;
  }
  unsettled_.clear();
  unsettled_hits_ = unsettled_cpu_parts_ = 0;
}

}  // namespace ox_profile
