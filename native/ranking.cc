#include "ranking.h"

#include <algorithm>

namespace ox_profile {

namespace {

// Children stand behind their parents, so one pass from the end sums up.
std::vector<double> Totals(const std::vector<int32_t>& parent,
                           const std::vector<double>& self) {
  std::vector<double> total = self;
  for (size_t node = total.size(); node-- > 1;) {
    if (parent[node] >= 0) {
      total[static_cast<size_t>(parent[node])] += total[node];
    }
  }
  return total;
}

// One pass over the nodes, with a count for each frame of how often it is on
// the path to the current node: only its outermost node adds to its total.
std::vector<Ranking::Function> SumUpFunctions(const Snapshot& snapshot) {
  const std::vector<double> hits = Totals(snapshot.parent, snapshot.self_hits);
  const std::vector<double> wall =
      Totals(snapshot.parent, snapshot.self_wall_nanos);
  const std::vector<double> cpu =
      Totals(snapshot.parent, snapshot.self_cpu_nanos);
  std::vector<Ranking::Function> functions(snapshot.frames.size());
  std::vector<uint32_t> on_path(snapshot.frames.size());
  std::vector<size_t> path;
  for (size_t node = 0; node < snapshot.frame.size(); node++) {
    while (!path.empty() &&
           static_cast<int32_t>(path.back()) != snapshot.parent[node]) {
      on_path[snapshot.frame[path.back()]]--;
      path.pop_back();
    }
    path.push_back(node);
    const FrameId frame = snapshot.frame[node];
    Ranking::Function& function = functions[frame];
    function.frame = frame;
    function.first_node = std::min(function.first_node, node);
    if (on_path[frame]++ == 0) {
      function.hits += hits[node];
      function.wall += wall[node];
      function.cpu += cpu[node];
    }
    function.self_hits += snapshot.self_hits[node];
    function.self_wall += snapshot.self_wall_nanos[node];
    function.self_cpu += snapshot.self_cpu_nanos[node];
  }
  return functions;
}

}  // namespace

Ranking Rank(const Snapshot& snapshot, size_t limit, Ranking::Order order,
             bool include_states) {
  Ranking ranking;
  std::vector<Ranking::Function> functions = SumUpFunctions(snapshot);
  std::erase_if(functions, [&](const Ranking::Function& function) {
    const FrameKind kind = snapshot.frames[function.frame].kind;
    const auto index = static_cast<size_t>(kind);
    ranking.hits_of_kind[index] += function.self_hits;
    ranking.wall_of_kind[index] += function.self_wall;
    if (kind == FrameKind::kRoot) return true;
    if (kind != FrameKind::kFunction && !include_states) return true;
    return function.hits == 0 && function.wall == 0;
  });
  ranking.function_count = functions.size();

  const bool by_self = order == Ranking::Order::kSelf;
  const auto before = [by_self](const Ranking::Function& a,
                                const Ranking::Function& b) {
    const double a_first = by_self ? a.self_hits : a.hits;
    const double b_first = by_self ? b.self_hits : b.hits;
    if (a_first != b_first) return a_first > b_first;
    const double a_second = by_self ? a.hits : a.self_hits;
    const double b_second = by_self ? b.hits : b.self_hits;
    if (a_second != b_second) return a_second > b_second;
    return a.first_node < b.first_node;
  };
  const auto last = functions.begin() + static_cast<std::ptrdiff_t>(
                                            std::min(limit, functions.size()));
  std::partial_sort(functions.begin(), last, functions.end(), before);
  functions.erase(last, functions.end());
  ranking.top = std::move(functions);
  return ranking;
}

}  // namespace ox_profile
