#ifndef OX_PROFILE_FOLD_PLACEMENT_H_
#define OX_PROFILE_FOLD_PLACEMENT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "call_tree.h"
#include "fold.h"
#include "frame_table.h"

namespace ox_profile {

// Where the nodes of a fold are in a call tree that grows from fold to fold.
// It keeps its memory from one to the next.
//
// Not thread-safe: CountTable holds it behind its mutex.
class FoldPlacement {
 public:
  // Places each node of `fold` below which there are hits, and adds it to
  // `tree`, and its name to `frames`, where it is new. Not more than `room`
  // nodes of functions are added; returns how many were. A state stands below
  // the root, and there is always room for it.
  [[nodiscard]] size_t Place(const Fold& fold, size_t room, FrameTable& frames,
                             CallTree& tree);

  // Of a node of the last fold; kNoNode where there were no hits or no room.
  [[nodiscard]] NodeId NodeOf(size_t fold_node) const {
    return node_ids_[fold_node];
  }

 private:
  // Functions from the root to the node at hand.
  struct Step {
    uint32_t fold_node;
    FrameId frame;
  };
  void LeavePathTo(uint32_t fold_node);
  // Whether it is the first of its frame.
  bool GoOnPathTo(Step step);

  std::vector<uint64_t> subtree_hits_;  // By node of the fold.
  std::vector<NodeId> node_ids_;        // Likewise.
  std::vector<FrameId> frame_ids_;      // By frame of the fold.
  std::vector<Step> path_;
  std::vector<uint32_t> on_path_;  // By frame: how often it is on the path.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_FOLD_PLACEMENT_H_
