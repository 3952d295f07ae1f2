#include "ranking.h"

#include <algorithm>

namespace ox_profile {

void Ranker::Begin(const Chunks<Frame>& frames) {
  functions_.assign(frames.size(), {});
  for (FrameId frame = 0; frame < functions_.size(); frame++) {
    functions_[frame].frame = frame;
    functions_[frame].kind = frames[frame].kind;
  }
  places_ = 0;
}

// A parent has a smaller number than its children, and of siblings that with
// the larger number is walked first. So a pass from the last node to the first
// meets what is below a node before the node, and siblings in the order of the
// walk, and no stack of nodes to visit is needed.
void Ranker::Add(const CallTree& tree, const CallTree::Parts& parts) {
  const auto size = static_cast<NodeId>(tree.size());
  for (NodeId id = 0; id < size; id++) {
    if (id < sums_.size()) {
      sums_[id] = {};
    } else {
      sums_.Append({});
    }
  }

  for (NodeId id = size; id-- > 0;) {
    const CallTree::Node& node = tree.nodes()[id];
    const auto hits = static_cast<int64_t>(node.self_hits);
    const int64_t wall = node.self_wall_nanos + parts.WallOf(node);
    const int64_t cpu = node.self_cpu_nanos + parts.CpuOf(node);
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
    sums.behind_parent = caller.nodes_below + 1;
    caller.nodes_below += sums.nodes_below + 1;
  }

  for (NodeId id = 0; id < size; id++) {
    const CallTree::Node& node = tree.nodes()[id];
    Ranking::Counts& function = functions_[node.frame];
    if (id != tree.root()) {
      sums_[id].place = sums_[node.parent].place + sums_[id].behind_parent;
    }
    if (NeverOccurred(node, function.kind)) continue;
    function.first_place =
        std::min(function.first_place, places_ + sums_[id].place);
  }
  places_ += size;
}

void Ranker::Clear() {
  functions_ = {};
  sums_.Clear();
}

Ranking Ranker::Finish(size_t limit, Ranking::Order order,
                       bool include_states) {
  Ranking ranking;
  std::erase_if(functions_, [&](const Ranking::Counts& function) {
    const auto index = static_cast<size_t>(function.kind);
    ranking.hits_of_kind[index] += function.self_hits;
    ranking.wall_of_kind[index] += function.self_wall;
    if (function.kind == FrameKind::kRoot) return true;
    if (function.kind != FrameKind::kFunction && !include_states) return true;
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
  const size_t count = std::min(limit, functions_.size());
  const auto last = functions_.begin() + static_cast<std::ptrdiff_t>(count);
  if (last != functions_.end()) {
    std::nth_element(functions_.begin(), last, functions_.end(), before);
  }
  std::sort(functions_.begin(), last, before);
  ranking.top.reserve(count);
  std::for_each(functions_.begin(), last, [&](const Ranking::Counts& counts) {
    ranking.top.push_back({.counts = counts, .frame = {}});
  });
  return ranking;
}

}  // namespace ox_profile
