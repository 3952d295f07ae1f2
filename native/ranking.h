#ifndef OX_PROFILE_RANKING_H_
#define OX_PROFILE_RANKING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "call_tree.h"
#include "chunks.h"
#include "frame_table.h"
#include "stack_frame.h"

namespace ox_profile {

// The functions of call trees with the largest counts.
//
// lib/profile/top-functions.ts ranks any profile by the same rules. This is for
// the query of a running program: it takes a fraction of the time there, most
// of all the first time, when no JavaScript of ours is compiled yet.
struct Ranking {
  struct Counts {
    FrameId frame = 0;
    FrameKind kind = FrameKind::kFunction;
    // Where it stands first when trees are walked depth first, as a snapshot
    // has them.
    size_t first_place = SIZE_MAX;
    // Samples that contain it, once each however deep it recurses; and those in
    // which it is the leaf. Times likewise, in nanoseconds.
    int64_t hits = 0;
    int64_t self_hits = 0;
    int64_t wall = 0;
    int64_t self_wall = 0;
    int64_t cpu = 0;
    int64_t self_cpu = 0;
  };

  struct Function {
    Counts counts;
    StackFrame frame;  // Left to who knows the names.
  };

  enum class Order { kTotal, kSelf };

  std::vector<Function> top;  // In order.
  size_t function_count = 0;  // Before the limit.
  // Self hits and wall nanoseconds by FrameKind.
  std::array<int64_t, kFrameKinds> hits_of_kind{};
  std::array<int64_t, kFrameKinds> wall_of_kind{};
};

// Sums trees up by function, and ranks these. It keeps the memory that it does
// so in, as large as the largest tree and the number of frames: to get it from
// the system anew, page by page, would take longer than the sums.
//
// Not thread-safe: CountTable holds it behind a mutex.
class Ranker {
 public:
  // Over `frames`, which the trees to be added share.
  void Begin(const Chunks<Frame>& frames);

  void Add(const CallTree& tree, const CallTree::Parts& parts);

  // At most `limit` functions of the trees added since Begin; with
  // `include_states` states of a thread among them. Equal counts stand in the
  // order of their first places, callers before what they call. Looks at no
  // tree any more.
  [[nodiscard]] Ranking Finish(size_t limit, Ranking::Order order,
                               bool include_states);

  // Gives its memory back.
  void Clear();

 private:
  struct Sums {
    int64_t hits = 0;
    int64_t wall = 0;
    int64_t cpu = 0;
    uint32_t nodes_below = 0;  // Those that were met so far.
    uint32_t behind_parent = 0;
    uint32_t place = 0;
  };

  std::vector<Ranking::Counts> functions_;  // By frame.
  Chunks<Sums> sums_;                       // By node, of one tree.
  size_t places_ = 0;                       // Of the trees that were added.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_RANKING_H_
