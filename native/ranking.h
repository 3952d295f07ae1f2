#ifndef OX_PROFILE_RANKING_H_
#define OX_PROFILE_RANKING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "count_table.h"
#include "frame_table.h"

namespace ox_profile {

// The functions of a snapshot with the largest counts.
//
// lib/profile/top-functions.ts ranks any profile by the same rules. This is for
// the query of a running program: it takes a fraction of the time there, most
// of all the first time, when no JavaScript of ours is compiled yet.
struct Ranking {
  struct Function {
    FrameId frame = 0;
    size_t first_node = SIZE_MAX;
    // Samples that contain it, once each however deep it recurses; and those in
    // which it is the leaf. Times likewise, in nanoseconds.
    double hits = 0;
    double self_hits = 0;
    double wall = 0;
    double self_wall = 0;
    double cpu = 0;
    double self_cpu = 0;
  };

  enum class Order { kTotal, kSelf };

  std::vector<Function> top;  // In order.
  size_t function_count = 0;  // Before the limit.
  // Self hits and wall nanoseconds by FrameKind.
  std::array<double, kFrameKinds> hits_of_kind{};
  std::array<double, kFrameKinds> wall_of_kind{};
};

// At most `limit` functions; with `include_states` states of a thread among
// them. Equal counts stand as in the snapshot, callers before what they call.
// Any thread.
[[nodiscard]] Ranking Rank(const Snapshot& snapshot, size_t limit,
                           Ranking::Order order, bool include_states);

}  // namespace ox_profile

#endif  // OX_PROFILE_RANKING_H_
