#include "call_tree.h"

#include "hash.h"

namespace ox_profile {

namespace {

constexpr size_t kFirstSlots = 256;  // A power of two.

// To find a line takes as many steps as its node has lines.
constexpr size_t kMostLines = 256;

}  // namespace

CallTree::CallTree(FrameId root_frame) : slots_(kFirstSlots, kNoNode) {
  nodes_.push_back({.frame = root_frame});
}

size_t CallTree::SlotOf(NodeId parent, FrameId frame) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = MixHash(uint64_t{parent} << 32 | frame) & mask;
  while (slots_[slot] != kNoNode) {
    const Node& node = nodes_[slots_[slot]];
    if (node.parent == parent && node.frame == frame) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

NodeId CallTree::Find(NodeId parent, FrameId frame) const {
  return slots_[SlotOf(parent, frame)];
}

NodeId CallTree::FindOrAdd(NodeId parent, FrameId frame) {
  const size_t slot = SlotOf(parent, frame);
  if (slots_[slot] != kNoNode) return slots_[slot];

  const auto id = static_cast<NodeId>(nodes_.size());
  Node& caller = nodes_[parent];
  const NodeId sibling = caller.first_child;
  caller.first_child = id;
  nodes_.push_back({.parent = parent, .frame = frame, .next_sibling = sibling});
  slots_[slot] = id;
  if (nodes_.size() * 2 > slots_.size()) Grow();
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
  lines_.push_back({line, nodes_[node].last_line, hits});
  nodes_[node].last_line = static_cast<uint32_t>(lines_.size() - 1);
}

void CallTree::AddUnsettledHits(NodeId node, uint64_t hits) {
  AddHits(node, hits);
  if (nodes_[node].unsettled_hits == 0) unsettled_.push_back(node);
  nodes_[node].unsettled_hits += static_cast<uint32_t>(hits);
  unsettled_hits_ += hits;
}

size_t CallTree::Add(const CallTree& other, const std::vector<Frame>& frames) {
  size_t known = 0;
  std::vector<NodeId> ids(other.size());
  for (NodeId id = 0; id < other.size(); id++) {
    const Node& node = other.nodes_[id];
    const size_t before = size();
    ids[id] = id == 0 ? root() : FindOrAdd(ids[node.parent], node.frame);
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

void CallTree::Settle(int64_t wall_nanos_a_hit, int64_t cpu_nanos_a_hit) {
  for (const NodeId node : unsettled_) {
    const int64_t hits = nodes_[node].unsettled_hits;
    AddTimes(node, hits * wall_nanos_a_hit, hits * cpu_nanos_a_hit);
    nodes_[node].unsettled_hits = 0;
  }
  unsettled_.clear();
  unsettled_hits_ = 0;
}

void CallTree::Grow() {
  slots_.assign(slots_.size() * 2, kNoNode);
  for (NodeId id = 1; id < nodes_.size(); id++) {
    slots_[SlotOf(nodes_[id].parent, nodes_[id].frame)] = id;
  }
}

}  // namespace ox_profile
