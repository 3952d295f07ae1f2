#include "fold_placement.h"

#include <vector>

#include "check.h"
#include "folds.h"

namespace ox_profile {
namespace {

using test::FoldOfStacks;

struct Placed {
  FrameTable frames;
  CallTree tree{frames.InternState(FrameKind::kRoot)};
  FoldPlacement placement;
};

TEST(RecursionIsKnownOnEachPath) {
  Placed placed;
  const NamedFrame f{.name = "f"}, g{.name = "g"};
  FoldOfStacks stacks;
  // Nodes of the fold: 1 2 3, 4 5, 6.
  stacks.Add({f, g, f}, 1).Add({g, f}, 1).Add({f}, 1);
  // Each stack brings frames of its own, as V8 does. The last is the first
  // again.
  CHECK(placed.placement.Place(stacks.fold(), 100, placed.frames,
                               placed.tree) == 5);
  std::vector<bool> outermost;
  for (size_t i = 1; i < stacks.fold().nodes.size(); i++) {
    outermost.push_back(
        placed.tree.nodes()[placed.placement.NodeOf(i)].is_outermost);
  }
  CHECK(outermost == std::vector<bool>{true, true, false, true, true, true});
  CHECK(placed.placement.NodeOf(6) == placed.placement.NodeOf(1));
  CHECK(placed.placement.Place(stacks.fold(), 100, placed.frames,
                               placed.tree) == 0);
}

TEST(WithoutRoomOnlyStatesAreAdded) {
  Placed placed;
  const NamedFrame f{.name = "f"}, g{.name = "g"};
  const NamedFrame idle{.name = "(idle)", .kind = FrameKind::kIdle};
  FoldOfStacks known;
  known.Add({f}, 1);
  CHECK(placed.placement.Place(known.fold(), 1, placed.frames, placed.tree) ==
        1);
  FoldOfStacks stacks;
  stacks.Add({f, g, g}, 1).Add({idle}, 1);
  CHECK(placed.placement.Place(stacks.fold(), 0, placed.frames, placed.tree) ==
        0);
  CHECK(placed.placement.NodeOf(1) == placed.tree.Find(0, 1));
  CHECK(placed.placement.NodeOf(2) == kNoNode);
  CHECK(placed.placement.NodeOf(3) == kNoNode);
  CHECK(placed.placement.NodeOf(4) != kNoNode);
  CHECK(placed.frames.Find(g) == kNoFrame);
}

TEST(AFunctionWithoutANameIsCalledAnonymous) {
  Placed placed;
  FoldOfStacks stacks;
  stacks.Add({{.url = "u", .line = 3}}, 1);
  CHECK(placed.placement.Place(stacks.fold(), 9, placed.frames, placed.tree) ==
        1);
  CHECK(placed.frames.Describe(1).name == "(anonymous)");
  CHECK(placed.frames.Describe(1).url == "u");
}

TEST(NoProfileIsNoNodes) {
  Placed placed;
  CHECK(placed.placement.Place(Fold(), 9, placed.frames, placed.tree) == 0);
}

}  // namespace
}  // namespace ox_profile
