#include "call_tree.h"

#include "hash.h"

namespace ox_profile {

namespace {

constexpr size_t kFirstSlots = 256;  // A power of two.

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

void CallTree::Count(NodeId node, uint64_t hits, int64_t wall_nanos,
                     int64_t cpu_nanos) {
  nodes_[node].self_hits += hits;
  nodes_[node].self_wall_nanos += wall_nanos;
  nodes_[node].self_cpu_nanos += cpu_nanos;
}

void CallTree::Grow() {
  slots_.assign(slots_.size() * 2, kNoNode);
  for (NodeId id = 1; id < nodes_.size(); id++) {
    slots_[SlotOf(nodes_[id].parent, nodes_[id].frame)] = id;
  }
}

}  // namespace ox_profile
