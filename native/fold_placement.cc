#include "fold_placement.h"

namespace ox_profile {

namespace {

NamedFrame WithName(NamedFrame frame) {
  if (frame.name.empty()) frame.name = NameOf(FrameKind::kFunction);
  return frame;
}

}  // namespace

size_t FoldPlacement::Place(const Fold& fold, size_t room, FrameTable& frames,
                            CallTree& tree) {
  // A node below which nothing was hit is only a path that V8 looked at.
  subtree_hits_.resize(fold.nodes.size());
  for (size_t i = 0; i < fold.nodes.size(); i++) {
    subtree_hits_[i] = fold.nodes[i].hits;
  }
  for (size_t i = fold.nodes.size(); i-- > 1;) {
    subtree_hits_[fold.nodes[i].parent] += subtree_hits_[i];
  }

  frame_ids_.assign(fold.frames.size(), kNoFrame);
  node_ids_.assign(fold.nodes.size(), kNoNode);
  if (fold.nodes.empty()) return 0;  // V8 gave no profile.
  node_ids_[0] = tree.root();
  size_t added = 0;
  for (size_t i = 1; i < fold.nodes.size(); i++) {
    if (subtree_hits_[i] == 0) continue;
    const Fold::Node& node = fold.nodes[i];
    const NamedFrame& named = fold.frames[node.frame];
    if (named.kind != FrameKind::kFunction) {
      node_ids_[i] =
          tree.FindOrAdd(tree.root(), frames.InternState(named.kind));
      continue;
    }
    const NodeId parent = node_ids_[node.parent];
    if (parent == kNoNode) continue;  // Its caller did not fit either.

    // A full table takes no names either, or they would grow without bound.
    const bool full = added >= room;
    FrameId& frame = frame_ids_[node.frame];
    if (frame == kNoFrame) {
      const NamedFrame function = WithName(named);
      frame = full ? frames.Find(function) : frames.Intern(function);
      if (frame == kNoFrame) continue;
    }
    LeavePathTo(node.parent);
    if (frame >= on_path_.size()) on_path_.resize(frames.frames().size());
    const bool is_outermost = GoOnPathTo({static_cast<uint32_t>(i), frame});
    const size_t before = tree.size();
    node_ids_[i] = full ? tree.Find(parent, frame)
                        : tree.FindOrAdd(parent, frame, is_outermost);
    added += tree.size() - before;
  }
  LeavePathTo(0);
  return added;
}

void FoldPlacement::LeavePathTo(uint32_t fold_node) {
  while (!path_.empty() && path_.back().fold_node != fold_node) {
    on_path_[path_.back().frame]--;
    path_.pop_back();
  }
}

bool FoldPlacement::GoOnPathTo(Step step) {
  path_.push_back(step);
  return on_path_[step.frame]++ == 0;
}

}  // namespace ox_profile
