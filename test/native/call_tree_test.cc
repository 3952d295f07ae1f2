#include "call_tree.h"

#include <cstdint>
#include <map>

#include "check.h"

namespace ox_profile {
namespace {

std::map<int32_t, uint64_t> LinesOf(const CallTree& tree, NodeId node) {
  std::map<int32_t, uint64_t> lines;
  for (uint32_t i = tree.nodes()[node].last_line; i != CallTree::kNoLine;
       i = tree.lines()[i].next) {
    lines[tree.lines()[i].number] += tree.lines()[i].hits;
  }
  return lines;
}

TEST(StacksAreMergedByPrefix) {
  CallTree tree(0);
  const NodeId a = tree.FindOrAdd(tree.root(), 1);
  const NodeId b = tree.FindOrAdd(a, 2);
  CHECK(tree.FindOrAdd(tree.root(), 1) == a);
  CHECK(tree.Find(a, 2) == b);
  CHECK(tree.Find(tree.root(), 2) == kNoNode);
  CHECK(tree.FindOrAdd(b, 2, false) != b);
  CHECK(tree.size() == 4);
  CHECK(tree.nodes()[b].is_outermost);
  CHECK(!tree.nodes()[tree.Find(b, 2)].is_outermost);
}

TEST(UnsettledHitsGetTheirTimesOnce) {
  CallTree tree(0);
  const NodeId a = tree.FindOrAdd(tree.root(), 1);
  tree.AddUnsettledHits(a, 2, 5);
  tree.AddUnsettledHits(a, 1, 0);
  tree.AddHits(a, 4);
  CHECK(tree.unsettled_hits() == 3);
  CHECK(tree.unsettled_cpu_parts() == 5);
  tree.Settle({.wall_nanos = 10, .cpu_nanos = 7});
  tree.Settle({.wall_nanos = 1000, .cpu_nanos = 1000});
  CHECK(tree.unsettled_hits() == 0);
  CHECK(tree.unsettled_cpu_parts() == 0);
  CHECK(tree.nodes()[a].self_hits == 7);
  CHECK(tree.nodes()[a].self_wall_nanos == 30);
  CHECK(tree.nodes()[a].self_cpu_nanos == 35);
}

TEST(LinesThatCameFirstAreKept) {
  CallTree tree(0);
  const NodeId a = tree.FindOrAdd(tree.root(), 1);
  tree.AddLineHits(a, 5, 0);
  CHECK(LinesOf(tree, a).empty());
  for (int round = 0; round < 2; round++) {
    for (int32_t line = 1; line <= 1000; line++) tree.AddLineHits(a, line, 3);
  }
  const std::map<int32_t, uint64_t> lines = LinesOf(tree, a);
  CHECK(lines.size() == 256);
  CHECK(lines.rbegin()->first == 256);
  CHECK(lines.at(1) == 6);
}

TEST(ATreeIsAddedToAnother) {
  Chunks<Frame> frames;
  frames.Append({.kind = FrameKind::kRoot});
  frames.Append({});
  frames.Append({});
  frames.Append({.kind = FrameKind::kProgram});
  CallTree tree(0), other(0);
  for (CallTree* each : {&tree, &other}) {
    const NodeId a = each->FindOrAdd(each->root(), 1);
    each->AddHits(a, 1);
    each->AddTimes(a, 10, 5);
    each->AddLineHits(a, 4, 1);
    const NodeId program = each->FindOrAdd(each->root(), 3);
    each->AddHits(program, 2);
  }
  const NodeId only = other.FindOrAdd(other.Find(other.root(), 1), 2, false);
  other.AddHits(only, 100);

  // Of two functions' nodes one was there; the state's does not count.
  CHECK(tree.Add(other, frames) == 1);
  const NodeId a = tree.Find(tree.root(), 1);
  CHECK(tree.size() == 4);
  CHECK(tree.nodes()[a].self_hits == 2);
  CHECK(tree.nodes()[a].self_wall_nanos == 20);
  CHECK(tree.nodes()[a].self_cpu_nanos == 10);
  CHECK(LinesOf(tree, a).at(4) == 2);
  CHECK(tree.nodes()[tree.Find(tree.root(), 3)].self_hits == 4);
  CHECK(tree.nodes()[tree.Find(a, 2)].self_hits == 100);
  CHECK(!tree.nodes()[tree.Find(a, 2)].is_outermost);
}

}  // namespace
}  // namespace ox_profile
