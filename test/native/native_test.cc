// Tests of the native parts that know nothing of V8 or libuv, as a program of
// its own: see run.mjs. Each check that fails prints where, and the program
// ends with 1.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "budget.h"
#include "count_table.h"
#include "interval_source.h"
#include "json.h"
#include "parking.h"
#include "ranking.h"
#include "rotation_plan.h"
#include "stuck_watch.h"

namespace ox_profile {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

int passed = 0;
int failed = 0;

void Check(bool ok, const char* what, int line) {
  (ok ? passed : failed)++;
  if (!ok) std::printf("failed in line %d: %s\n", line, what);
}
#define CHECK(condition) Check((condition), #condition, __LINE__)

void AddTo(CountTable& table, ThreadId thread, const std::string& name,
           const Fold& fold) {
  table.Add(thread, name, fold, table.epoch());
}

// A fold of stacks of named functions below the root.
class FoldOfStacks {
 public:
  FoldOfStacks() {
    fold_.frames.push_back({.kind = FrameKind::kRoot});
    fold_.nodes.push_back({.parent = 0, .frame = 0, .hits = 0});
  }

  FoldOfStacks& Add(const std::vector<NamedFrame>& stack, uint64_t hits) {
    uint32_t parent = 0;
    for (const NamedFrame& frame : stack) {
      AddBelow(parent, frame, 0);
      parent = static_cast<uint32_t>(fold_.nodes.size() - 1);
    }
    fold_.nodes[parent].hits = hits;
    return *this;
  }

  FoldOfStacks& AddBelow(uint32_t parent, const NamedFrame& frame,
                         uint64_t hits) {
    fold_.frames.push_back(frame);
    fold_.nodes.push_back(
        {.parent = parent,
         .frame = static_cast<uint32_t>(fold_.frames.size() - 1),
         .hits = hits});
    return *this;
  }

  Fold& fold() { return fold_; }

 private:
  Fold fold_;
};

double SumOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

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

void IntervalsAreOffTheBeat() {
  for (const int64_t asked :
       {100, 500, 1000, 2000, 10'000, 16'000, 100'000, 1'000'000, 10'000'000}) {
    for (const double jitter : {0.0, 0.005, 0.1, 0.5}) {
      IntervalSource source(microseconds(asked), jitter, 7);
      std::set<int64_t> draws;
      for (int i = 0; i < 2000; i++) {
        const int64_t drawn = source.Draw().count();
        draws.insert(drawn);
        CHECK(drawn % 1000 != 0);
        const double away =
            std::abs(static_cast<double>(drawn - asked)) / double(asked);
        CHECK(away >= 0.0085);
        CHECK(away <= std::max(jitter, 0.013) + 0.012);
      }
      CHECK(jitter >= 0.1 ? draws.size() > 10 : draws.size() == 1);
    }
  }
}

void RotationsStayShort() {
  RotationPlan plan;
  // Nothing is known: deep and distinct stacks are expected.
  const nanoseconds unknown = plan.Length(milliseconds(1));
  CHECK(unknown <= milliseconds(25));
  // Rotations of few samples teach it together.
  for (int i = 0; i < 3; i++) {
    CHECK(plan.Length(milliseconds(1)) == unknown);
    plan.Learn({.samples = 7,
                .nodes = 7,
                .frames = 10,
                .took = std::chrono::microseconds(60)});
  }
  CHECK(plan.Length(milliseconds(1)) > unknown);
  for (int i = 0; i < 20; i++) {
    plan.Learn({.samples = 100,
                .nodes = 50,
                .frames = 100,
                .took = std::chrono::microseconds(60)});
  }
  // It may turn to other stacks at any time.
  CHECK(plan.Length(milliseconds(1)) == milliseconds(120));
  CHECK(plan.Length(milliseconds(9)) == std::chrono::seconds(1));
  CHECK(plan.Length(milliseconds(100)) == std::chrono::seconds(1));
  for (int i = 0; i < 20; i++) {
    plan.Learn({.samples = 100,
                .nodes = 2000,
                .frames = 3000,
                .took = milliseconds(2)});
  }
  // 20 nodes a sample at 1 µs: 50 samples make a drain of 1 ms.
  CHECK(plan.Length(milliseconds(1)) > milliseconds(45));
  CHECK(plan.Length(milliseconds(1)) < milliseconds(55));
  CHECK(plan.Length(milliseconds(1)) < plan.Length(milliseconds(2)));
}

void IntervalStatsMerge() {
  IntervalStats all, first, second, none;
  for (int i = 0; i < 100; i++) {
    const double value = 10 + (i * 37 % 11) * 0.1;
    all.Add(value);
    (i < 30 ? first : second).Add(value);
  }
  first.Merge(second);
  first.Merge(none);
  none.Merge(first);
  CHECK(first.count() == 100 && none.count() == 100);
  CHECK(std::abs(first.mean() - all.mean()) < 1e-9);
  CHECK(std::abs(none.stdev() - all.stdev()) < 1e-9);
}

void TimesAddUp() {
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
  CHECK(missing >= 0 && missing < 1000);
  table.Reset();
  CHECK(table.TakeSnapshot().frames.empty());
}

void BusyTimeWithoutSamplesIsKept() {
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

void PathsWithoutHitsLeaveNoNodes() {
  CountTable table(1000);
  FoldOfStacks stacks;
  stacks.Add({{.name = "looked at"}, {.name = "only"}}, 0);
  AddTo(table, 0, "main", stacks.fold());
  CHECK(table.TakeSnapshot().frame.size() == 1);
}

void AFullTableCountsAndTakesNoNames() {
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

void WideAndDeepTreesOverflowNothing() {
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
void FunctionsAreRankedAsASnapshotIs() {
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
          CHECK(threads.size() == snapshot.threads.size() && dropped == 0);
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

void WhatBeganBeforeAResetIsForgotten() {
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

void EndedThreadsKeepTheirCounts() {
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

void TheLastSampleIsKnown() {
  CountTable table(1000);
  FoldOfStacks stacks;
  stacks.Add({{.name = "main"}, {.name = "b", .url = "u", .line = 2}}, 1);
  stacks.fold().last_node = 2;
  AddTo(table, 0, "main", stacks.fold());
  const auto seen = table.Threads().at(0).last_seen;
  CHECK(seen.size() == 2);
  CHECK(seen[0].name == "b" && seen[0].url == "u" && seen[0].line == 2);
  CHECK(seen[1].name == "main");
  const CountTable::HotStack hottest = table.HottestStack();
  CHECK(hottest.hits == 1 && hottest.samples == 1);
  CHECK(hottest.frames.size() == 2 && hottest.frames[0].name == "b");
}

// From 1 ms to the longest interval there is.
constexpr double kMostStretch = 1e4;

// Plays profiling at an interval of 1 ms: each sample costs, and so does the
// rest. Returns the share of a core in the last second.
double Play(Budget& budget, double sample_micros, double fixed_share,
            int seconds) {
  double share = 0;
  for (int i = 0; i < seconds; i++) {
    const double samples = 1000 / budget.stretch();
    const auto by_samples =
        nanoseconds(static_cast<int64_t>(samples * sample_micros * 1000));
    const auto fixed = nanoseconds(static_cast<int64_t>(fixed_share * 1e9));
    budget.Learn({.by_samples = by_samples,
                  .fixed = fixed,
                  .span = std::chrono::seconds(1)},
                 kMostStretch);
    share = static_cast<double>((by_samples + fixed).count()) / 1e9;
  }
  return share;
}

void TheBudgetIsKept() {
  Budget budget(0.01);
  CHECK(Play(budget, 5, 0.001, 30) < 0.0065);
  CHECK(budget.stretch() == 1);  // It was within.
  Play(budget, 100, 0.001, 5);
  CHECK(Play(budget, 100, 0.001, 30) <= 0.01);
  CHECK(budget.stretch() > 9 && budget.stretch() < 40);
  // Room again: shorter, down to what was asked for.
  CHECK(Play(budget, 1, 0, 300) <= 0.01);
  CHECK(budget.stretch() == 1);
  // What no interval makes cheaper does not end sampling.
  Play(budget, 20, 0.05, 300);
  CHECK(budget.stretch() < 20);

  // Samples that are far too dear: not beyond the longest interval.
  Play(budget, 1e6, 0, 300);
  CHECK(budget.stretch() == kMostStretch);

  Budget none(std::numeric_limits<double>::infinity());
  Play(none, 1000, 1, 30);
  CHECK(none.stretch() == 1);
}

void AStuckProfilerIsFoundLessAndLessOften() {
  using std::chrono::seconds;
  StuckWatch watch;
  // Each works for a tenth of a second: ten samples of 10 ms.
  const auto learn = [&](uint64_t samples, nanoseconds now) {
    return watch.Learn({.samples = samples,
                        .busy_cpu = milliseconds(100),
                        .interval = milliseconds(10),
                        .now = now});
  };
  const nanoseconds began = seconds(1000);
  CHECK(!learn(0, began));
  CHECK(!learn(0, began));
  CHECK(!learn(1, began));  // One came: all is well.
  CHECK(!learn(0, began));
  CHECK(!learn(0, began));
  CHECK(learn(0, began) == 30U);  // Forgotten with that, see below.
  for (int i = 0; i < 3; i++) CHECK(!learn(0, began + seconds(9)));
  CHECK(learn(0, began + seconds(11)) == 40U);
  for (int i = 0; i < 3; i++) CHECK(!learn(0, began + seconds(30)));
  watch.Begin();
  for (int i = 0; i < 2; i++) CHECK(!learn(0, began + seconds(60)));
  CHECK(learn(0, began + seconds(60)) == 30U);
}

void WaitingThreadsAreParkedWhenItPays() {
  using std::chrono::seconds;
  Parking parking;
  // The longer the interval, the less looking on costs.
  CHECK(parking.After(milliseconds(1), milliseconds(50)) == milliseconds(50));
  CHECK(parking.After(milliseconds(10), milliseconds(50)) > milliseconds(100));
  CHECK(parking.After(milliseconds(10), seconds(9)) == seconds(9));
  const nanoseconds before = parking.After(milliseconds(10), milliseconds(1));
  for (int i = 0; i < 50; i++) parking.LearnWake(milliseconds(4));
  CHECK(parking.After(milliseconds(10), milliseconds(1)) > before * 3);

  // Busy, then waiting; a drain in between enters no JS.
  nanoseconds now = seconds(100);
  nanoseconds idle = seconds(5);
  uint64_t entries = 7;
  CHECK(!parking.Look(now, idle, entries));
  entries++;
  now += milliseconds(50);
  CHECK(!parking.Look(now, idle, entries));
  now += milliseconds(50);
  idle += milliseconds(50);
  CHECK(parking.Look(now, idle, entries) == now - milliseconds(50));
  now += milliseconds(50);
  idle += milliseconds(45);
  CHECK(parking.Look(now, idle, entries) == now - milliseconds(100));
  // One long piece of JS enters none either, but is no wait.
  now += milliseconds(50);
  CHECK(!parking.Look(now, idle, entries));
  // JS was entered in between.
  now += milliseconds(50);
  idle += milliseconds(49);
  CHECK(!parking.Look(now, idle, ++entries));
}

void LinesAreJson() {
  JsonLine line;
  line.Number("a", 1.5);
  line.Number("b", -0.0004);
  line.Number("c", -12.3456);
  line.Number("d", 1795263651949.799);
  line.Number("e", std::nan(""));
  line.Text("f", "say \"hi\" \\ \n\x01 é");
  line.Yes("g", true);
  line.BeginList("h");
  for (int i = 0; i < 2; i++) {
    line.BeginItem();
    line.Number("i", i);
    line.EndItem();
  }
  line.EndList();
  line.BeginList("j");
  line.EndList();
  CHECK(line.Finish() ==
        "{\"a\":1.500,\"b\":0,\"c\":-12.346,\"d\":1795263651949.799,"
        "\"e\":null,\"f\":\"say \\\"hi\\\" \\\\ \\u000a\\u0001 é\","
        "\"g\":true,\"h\":[{\"i\":0},{\"i\":1}],\"j\":[]}\n");
}

void ThreadsShareATable() {
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
void RankedFunctionsHaveTheirNamesWhileOthersForget() {
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

int main() {
  ox_profile::IntervalsAreOffTheBeat();
  ox_profile::RotationsStayShort();
  ox_profile::IntervalStatsMerge();
  ox_profile::TimesAddUp();
  ox_profile::BusyTimeWithoutSamplesIsKept();
  ox_profile::PathsWithoutHitsLeaveNoNodes();
  ox_profile::AFullTableCountsAndTakesNoNames();
  ox_profile::WideAndDeepTreesOverflowNothing();
  ox_profile::FunctionsAreRankedAsASnapshotIs();
  ox_profile::WhatBeganBeforeAResetIsForgotten();
  ox_profile::EndedThreadsKeepTheirCounts();
  ox_profile::TheLastSampleIsKnown();
  ox_profile::TheBudgetIsKept();
  ox_profile::AStuckProfilerIsFoundLessAndLessOften();
  ox_profile::WaitingThreadsAreParkedWhenItPays();
  ox_profile::LinesAreJson();
  ox_profile::ThreadsShareATable();
  ox_profile::RankedFunctionsHaveTheirNamesWhileOthersForget();
  std::printf("%d checks passed, %d failed\n", ox_profile::passed,
              ox_profile::failed);
  return ox_profile::failed > 0 ? 1 : 0;
}
