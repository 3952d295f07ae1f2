#include "ranking.h"

#include <algorithm>

namespace ox_profile {

void Ranker::Begin(const FrameTable& frames) {
  frames_ = &frames;
  functions_.assign(frames.frames().size(), {});
  for (FrameId frame = 0; frame < functions_.size(); frame++) {
    functions_[frame].frame = frame;
  }
  places_ = 0;
}

// A parent has a smaller number than its children, and of siblings that with
// the larger number is walked first. So a pass from the last node to the first
// meets what is below a node before the node, and siblings in the order of the
// walk, and no stack of nodes to visit is needed.
void Ranker::Add(const CallTree& tree, const CallTree::Parts& parts_of_hits) {
  const auto size = static_cast<NodeId>(tree.size());
  while (sums_.size() < size) sums_.Append({});
  for (NodeId id = 0; id < size; id++) sums_[id] = {};

  for (NodeId id = size; id-- > 0;) {
    const CallTree::Node& node = tree.nodes()[id];
    const int64_t hits = static_cast<int64_t>(node.self_hits);
    const int64_t unsettled = node.unsettled_hits;
    const int64_t wall =
        node.self_wall_nanos + unsettled * parts_of_hits.wall_nanos;
    const int64_t cpu =
        node.self_cpu_nanos + unsettled * parts_of_hits.cpu_nanos;
    Sums& sums = sums_[id];
    sums.hits += hits;
    sums.wall += wall;
    sums.cpu += cpu;
    Ranking::Counts& function = functions_[node.frame];
    function.self_hits += hits;
    function.self_wall += wall;
    function.self_cpu += cpu;
    if (node.is_outermost) {
      function.hits += sums.hits;
      function.wall += sums.wall;
      function.cpu += sums.cpu;
    }
    if (id == tree.root()) break;
    Sums& caller = sums_[node.parent];
    caller.hits += sums.hits;
    caller.wall += sums.wall;
    caller.cpu += sums.cpu;
    sums.behind_parent = caller.place + 1;
    caller.place += sums.place + 1;
  }

  sums_[tree.root()].place = 0;
  for (NodeId id = 0; id < size; id++) {
    const CallTree::Node& node = tree.nodes()[id];
    if (id != tree.root()) {
      sums_[id].place = sums_[node.parent].place + sums_[id].behind_parent;
    }
    size_t& first = functions_[node.frame].first_place;
    first = std::min(first, places_ + sums_[id].place);
  }
  places_ += size;
}

Ranking Ranker::Finish(size_t limit, Ranking::Order order,
                       bool include_states) {
  Ranking ranking;
  std::erase_if(functions_, [&](const Ranking::Counts& function) {
    const FrameKind kind = frames_->frames()[function.frame].kind;
    const auto index = static_cast<size_t>(kind);
    ranking.hits_of_kind[index] += function.self_hits;
    ranking.wall_of_kind[index] += function.self_wall;
    if (kind == FrameKind::kRoot) return true;
    if (kind != FrameKind::kFunction && !include_states) return true;
    return function.hits == 0 && function.wall == 0;
  });
  ranking.function_count = functions_.size();

  const bool by_self = order == Ranking::Order::kSelf;
  const auto before = [by_self](const Ranking::Counts& a,
                                const Ranking::Counts& b) {
    const int64_t a_first = by_self ? a.self_hits : a.hits;
    const int64_t b_first = by_self ? b.self_hits : b.hits;
    if (a_first != b_first) return a_first > b_first;
    const int64_t a_second = by_self ? a.hits : a.self_hits;
    const int64_t b_second = by_self ? b.hits : b.self_hits;
    if (a_second != b_second) return a_second > b_second;
    return a.first_place < b.first_place;
  };
  const auto last = functions_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                             limit, functions_.size()));
  std::partial_sort(functions_.begin(), last, functions_.end(), before);
  std::for_each(functions_.begin(), last, [&](const Ranking::Counts& function) {
    ranking.top.push_back({frames_->Describe(function.frame), function});
  });
  return ranking;
}

}  // namespace ox_profile
