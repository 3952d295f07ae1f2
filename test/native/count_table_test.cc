#include "count_table.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "folds.h"

namespace ox_profile {
namespace {

using std::chrono::nanoseconds;
using test::AddTo;
using test::FoldOfStacks;
using test::SumOf;

// The self hits and wall time of the one node of that name.
struct Found {
  double hits = 0;
  double wall = 0;
};
Found FindNode(const Snapshot& snapshot, const std::string& name) {
  std::vector<std::string> strings(1);
  for (const char c : snapshot.strings) {
    if (c == '\0') {
      strings.emplace_back();
    } else {
      strings.back().push_back(c);
    }
  }
  Found found;
  for (size_t i = 0; i < snapshot.frame.size(); i++) {
    if (strings[snapshot.frames[snapshot.frame[i]].name] != name) continue;
    found.hits += snapshot.self_hits[i];
    found.wall += snapshot.self_wall_nanos[i];
  }
  return found;
}

TEST(TimesAddUp) {
  CountTable table(1000);
  FoldOfStacks stacks;
  stacks.Add({{.name = "a"}, {.name = "b"}}, 3)
      .Add({{.name = "c"}}, 1)
      .Add({{.name = "(idle)", .kind = FrameKind::kIdle}}, 5)
      .Add({{.name = "(garbage collector)",
             .kind = FrameKind::kGarbageCollector}},
           2);
  stacks.fold().gc_pause_hits = 2;
  stacks.fold().profiler_hits = 1;
  stacks.fold().idle_wall = nanoseconds(1'000'000);
  stacks.fold().gc_wall = nanoseconds(500'000);
  stacks.fold().busy_wall = nanoseconds(4'000'003);
  stacks.fold().busy_cpu = nanoseconds(4'000'000);
  stacks.fold().profiler_wall = nanoseconds(7);
  AddTo(table, 0, "main", stacks.fold());
  const Snapshot once = table.TakeSnapshot();
  CHECK(FindNode(once, "b").wall == 3'000'000);
  CHECK(FindNode(once, "c").wall == 1'000'000);
  CHECK(FindNode(once, "(idle)").wall == 1'000'000);
  CHECK(FindNode(once, "(idle)").hits == 5);
  CHECK(FindNode(once, "(garbage collector)").wall == 500'000);
  CHECK(FindNode(once, "(garbage collector)").hits == 2);
  CHECK(FindNode(once, "(profiler)").hits == 1);
  CHECK(once.threads[0].elapsed == nanoseconds(5'500'010));

  // Many more, until they are settled: nothing is lost but remainders.
  for (int i = 0; i < 999; i++) AddTo(table, 0, "main", stacks.fold());
  const Snapshot many = table.TakeSnapshot();
  CHECK(FindNode(many, "b").hits == 3000);
  const double missing = static_cast<double>(many.threads[0].elapsed.count()) -
                         SumOf(many.self_wall_nanos);
  CHECK(missing >= 0);
  CHECK(missing < 1000);
  table.Reset();
  CHECK(table.TakeSnapshot().frames.empty());
}

TEST(BusyTimeWithoutSamplesIsKept) {
  CountTable table(1000);
  FoldOfStacks nothing;
  nothing.fold().busy_wall = nanoseconds(5000);
  AddTo(table, 0, "main", nothing.fold());
  CHECK(table.TakeSnapshot().threads[0].unattributed == nanoseconds(5000));
  FoldOfStacks something;
  something.Add({{.name = "a"}}, 1).fold().busy_wall = nanoseconds(1000);
  AddTo(table, 0, "main", something.fold());
  CHECK(FindNode(table.TakeSnapshot(), "a").wall == 6000);
  CHECK(table.TakeSnapshot().threads[0].unattributed == nanoseconds(0));
}

TEST(PathsWithoutHitsLeaveNoNodes) {
  CountTable table(1000);
  FoldOfStacks stacks;
  stacks.Add({{.name = "looked at"}, {.name = "only"}}, 0);
  AddTo(table, 0, "main", stacks.fold());
  CHECK(table.TakeSnapshot().frame.size() == 1);
}

TEST(AFullTableCountsAndTakesNoNames) {
  CountTable table(100);
  for (int i = 0; i < 1000; i++) {
    const std::string name = "f" + std::to_string(i);
    FoldOfStacks stacks;
    stacks.Add({{.name = name}}, 1);
    AddTo(table, 0, "main", stacks.fold());
  }
  const Snapshot snapshot = table.TakeSnapshot();
  CHECK(snapshot.dropped == 900);
  CHECK(FindNode(snapshot, "(truncated)").hits == 900);
  CHECK(SumOf(snapshot.self_hits) == 1000);
  CHECK(snapshot.frames.size() < 110);
}

TEST(WideAndDeepTreesOverflowNothing) {
  constexpr int kMany = 100'000;
  std::vector<std::string> names;
  for (int i = 0; i < kMany; i++) names.push_back(std::to_string(i));
  const NamedFrame main{.name = "main"};
  FoldOfStacks stacks;
  stacks.Add({main}, 0);
  const auto below_main = static_cast<uint32_t>(stacks.fold().nodes.size() - 1);
  std::vector<NamedFrame> deep{main};
  for (const std::string& name : names) {
    stacks.AddBelow(below_main, {.name = name}, 1);
    deep.push_back({.name = name});
  }
  stacks.Add(deep, 7);
  for (const size_t most : {size_t{300'000}, size_t{1000}}) {
    CountTable table(most);
    AddTo(table, 0, "main", stacks.fold());
    AddTo(table, 0, "main", stacks.fold());
    const Snapshot snapshot = table.TakeSnapshot();
    CHECK(SumOf(snapshot.self_hits) == 2 * (kMany + 7));
    CHECK((snapshot.dropped > 0) == (most < kMany));
    CHECK(table.size().nodes <= most);
    const Ranking ranking =
        table.Rank(4, Ranking::Order::kTotal, false).ranking;
    if (most < kMany) continue;
    CHECK(ranking.function_count == kMany + 1);
    CHECK(ranking.top[0].counts.hits == 2 * (kMany + 7));
    // All others have as much; the last of the deep ones has it itself. Then
    // they stand as in the tree.
    CHECK(ranking.top[1].counts.self_hits == 2 * (1 + 7));
    CHECK(ranking.top[2].counts.self_hits == 2);
    CHECK(ranking.top[2].counts.first_place <
          ranking.top[3].counts.first_place);
  }
}

TEST(WhatBeganBeforeAResetIsForgotten) {
  CountTable table(1000);
  const uint64_t epoch = table.epoch();
  FoldOfStacks stacks;
  stacks.Add({{.name = "a"}}, 1);
  table.Reset();
  table.Add(0, "main", stacks.fold(), epoch);
  CHECK(SumOf(table.TakeSnapshot().self_hits) == 0);
  AddTo(table, 0, "main", stacks.fold());
  CHECK(SumOf(table.TakeSnapshot().self_hits) == 1);
}

TEST(EndedThreadsKeepTheirCounts) {
  CountTable table(100000);
  constexpr ThreadId kThreads = 500;
  for (ThreadId id = 1; id <= kThreads; id++) {
    FoldOfStacks stacks;
    stacks.Add({{.name = "main"}, {.name = "shared"}}, 2)
        .Add({{.name = "main"}, {.name = id % 2 == 0 ? "even" : "odd"}}, 1);
    stacks.fold().busy_wall = nanoseconds(3000);
    AddTo(table, id, "worker", stacks.fold());
    table.EndThread(id);
    table.EndThread(id);  // Again does nothing.
  }
  table.EndThread(12345);
  const Snapshot snapshot = table.TakeSnapshot();
  CHECK(snapshot.threads.size() == 65);  // 64 and those before, together.
  CHECK(snapshot.threads[0].id == kEarlierThreads);
  CHECK(SumOf(snapshot.self_hits) == kThreads * 3);
  CHECK(SumOf(snapshot.self_wall_nanos) == kThreads * 3000);
  const Snapshot earlier = table.TakeSnapshot(std::set{kEarlierThreads});
  CHECK(SumOf(earlier.self_hits) == (kThreads - 64) * 3);
  // Functions' nodes: three for each of the 64, four of the earlier ones.
  CHECK(table.size().nodes == 64 * 3 + 4);
  table.Reset();
  CHECK(table.size().nodes == 0);
  CHECK(table.TakeSnapshot().threads.empty());
}

TEST(TheLastSampleIsKnown) {
  CountTable table(1000);
  FoldOfStacks stacks;
  stacks.Add({{.name = "main"}, {.name = "b", .url = "u", .line = 2}}, 1);
  stacks.fold().last_node = 2;
  AddTo(table, 0, "main", stacks.fold());
  const auto seen = table.Threads().at(0).last_seen;
  CHECK(seen.size() == 2);
  CHECK(seen[0].name == "b");
  CHECK(seen[0].url == "u");
  CHECK(seen[0].line == 2);
  CHECK(seen[1].name == "main");
  const CountTable::HotStack hottest = table.HottestStack();
  CHECK(hottest.hits == 1);
  CHECK(hottest.samples == 1);
  CHECK(hottest.frames.size() == 2);
  CHECK(hottest.frames[0].name == "b");
}

TEST(ThreadsShareATable) {
  CountTable table(5000);
  constexpr int kThreads = 4;
  constexpr int kRounds = 2000;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    double last = 0;
    while (!done) {
      const double hits = SumOf(table.TakeSnapshot().self_hits);
      CHECK(hits >= last);
      last = hits;
    }
  });
  std::vector<std::thread> writers;
  for (ThreadId id = 0; id < kThreads; id++) {
    writers.emplace_back([&table, id] {
      for (int i = 0; i < kRounds; i++) {
        const std::string name = "f" + std::to_string(i % 50);
        FoldOfStacks stacks;
        stacks.Add({{.name = "main"}, {.name = name}}, 2);
        AddTo(table, id, "thread", stacks.fold());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  reader.join();
  const Snapshot snapshot = table.TakeSnapshot();
  CHECK(snapshot.threads.size() == kThreads);
  CHECK(SumOf(snapshot.self_hits) == kThreads * kRounds * 2);
}

// Whoever ranks names functions when the table is free again.
TEST(RankedFunctionsHaveTheirNamesWhileOthersForget) {
  CountTable table(5000);
  std::atomic<bool> done = false;
  std::thread forgetful([&] {
    while (!done) table.Reset();
  });
  std::thread writer([&] {
    for (int i = 0; !done; i++) {
      const std::string name = "f" + std::to_string(i % 50);
      FoldOfStacks stacks;
      stacks.Add({{.name = "main"}, {.name = name}}, 2);
      AddTo(table, 0, "thread", stacks.fold());
    }
  });
  size_t ranked = 0;
  for (int i = 0; i < 10'000 || ranked == 0; i++) {
    const CountTable::Ranked found =
        table.Rank(5, Ranking::Order::kTotal, false);
    for (const auto& [counts, frame] : found.ranking.top) {
      ranked++;
      if (frame.name[0] != 'f') CHECK(frame.name == "main");
    }
  }
  done = true;
  forgetful.join();
  writer.join();
}

}  // namespace
}  // namespace ox_profile
