#include "ranking.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "count_table.h"
#include "folds.h"

namespace ox_profile {
namespace {

using std::chrono::nanoseconds;
using test::AddTo;
using test::FoldOfStacks;

// What CountTable::Rank should give, by the rules of
// lib/profile/top-functions.ts.
std::vector<Ranking::Counts> RankOf(const Snapshot& snapshot,
                                    Ranking::Order order, bool with_states) {
  const size_t nodes = snapshot.parent.size();
  std::vector<Ranking::Counts> functions(snapshot.frames.size());
  for (size_t node = 0; node < nodes; node++) {
    const auto hits = static_cast<int64_t>(snapshot.self_hits[node]);
    const auto wall = static_cast<int64_t>(snapshot.self_wall_nanos[node]);
    const auto cpu = static_cast<int64_t>(snapshot.self_cpu_nanos[node]);
    const FrameId frame = snapshot.frame[node];
    Ranking::Counts& own = functions[frame];
    own.frame = frame;
    own.kind = snapshot.frames[frame].kind;
    own.first_place = std::min(own.first_place, node);
    own.self_hits += hits;
    own.self_wall += wall;
    own.self_cpu += cpu;
    std::set<FrameId> on_stack;
    for (auto at = static_cast<int32_t>(node); at >= 0;
         at = snapshot.parent[static_cast<size_t>(at)]) {
      const FrameId each = snapshot.frame[static_cast<size_t>(at)];
      if (!on_stack.insert(each).second) continue;
      functions[each].hits += hits;
      functions[each].wall += wall;
      functions[each].cpu += cpu;
    }
  }
  std::erase_if(functions, [&](const Ranking::Counts& each) {
    if (each.kind == FrameKind::kRoot) return true;
    if (each.kind != FrameKind::kFunction && !with_states) return true;
    return each.hits == 0 && each.wall == 0;
  });
  const bool by_self = order == Ranking::Order::kSelf;
  std::sort(functions.begin(), functions.end(),
            [&](const Ranking::Counts& a, const Ranking::Counts& b) {
              const std::pair a_counts(by_self ? a.self_hits : a.hits,
                                       by_self ? a.hits : a.self_hits);
              const std::pair b_counts(by_self ? b.self_hits : b.hits,
                                       by_self ? b.hits : b.self_hits);
              if (a_counts != b_counts) return a_counts > b_counts;
              return a.first_place < b.first_place;
            });
  return functions;
}

// Three threads in many functions, a few hits each, that call themselves and
// one another; one of the threads in no state, the others in one each.
TEST(FunctionsAreRankedAsASnapshotIs) {
  uint32_t state = 1;
  const auto random = [&state](uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
  };
  CountTable table(10'000);
  const NamedFrame program{.name = "(program)", .kind = FrameKind::kProgram};
  const NamedFrame idle{.name = "(idle)", .kind = FrameKind::kIdle};
  for (ThreadId thread = 0; thread < 3; thread++) {
    for (int i = 0; i < 100; i++) {
      std::vector<std::string> names(1 + random(8));
      std::vector<NamedFrame> stack;
      for (std::string& name : names) {
        name = std::to_string(random(i % 5 == 0 ? 5 : 300));
        stack.push_back({.name = name});
      }
      FoldOfStacks stacks;
      stacks.Add(stack, 1 + random(2));
      if (thread == 1 && i % 9 == 0) stacks.Add({program}, 1);
      if (thread == 2 && i % 9 == 0) stacks.Add({idle}, 1);
      stacks.fold().busy_wall = nanoseconds(random(10'000));
      stacks.fold().busy_cpu = nanoseconds(random(10'000));
      AddTo(table, thread, "thread", stacks.fold());
    }
  }
  int ties = 0;
  for (const auto& only : {std::optional<std::set<ThreadId>>(),
                           std::optional(std::set<ThreadId>{1, 2}),
                           std::optional(std::set<ThreadId>{2})}) {
    const Snapshot snapshot = table.TakeSnapshot(only);
    for (const auto order : {Ranking::Order::kTotal, Ranking::Order::kSelf}) {
      for (const bool with_states : {false, true}) {
        const std::vector<Ranking::Counts> expected =
            RankOf(snapshot, order, with_states);
        for (const size_t limit : {size_t{0}, size_t{7}, SIZE_MAX}) {
          const auto [ranking, threads, dropped] =
              table.Rank(limit, order, with_states, only);
          CHECK(threads.size() == snapshot.threads.size());
          CHECK(dropped == 0);
          CHECK(ranking.function_count == expected.size());
          CHECK(ranking.top.size() == std::min(limit, expected.size()));
          for (size_t i = 0; i < ranking.top.size(); i++) {
            const auto& [counts, frame] = ranking.top[i];
            CHECK(counts.frame == expected[i].frame);
            CHECK(counts.hits == expected[i].hits);
            CHECK(counts.self_hits == expected[i].self_hits);
            CHECK(counts.wall == expected[i].wall);
            CHECK(counts.self_wall == expected[i].self_wall);
            CHECK(counts.cpu == expected[i].cpu);
            CHECK(counts.self_cpu == expected[i].self_cpu);
            CHECK(!frame.name.empty());
            const bool tie = i > 0 && counts.hits == expected[i - 1].hits &&
                             counts.self_hits == expected[i - 1].self_hits;
            if (tie) ties++;
          }
        }
      }
    }
  }
  CHECK(ties > 100);
}

}  // namespace
}  // namespace ox_profile
