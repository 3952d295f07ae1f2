#include "frame_table.h"

#include <set>
#include <string>
#include <string_view>

#include "check.h"

namespace ox_profile {
namespace {

TEST(FramesAndStringsAreKeptOnce) {
  FrameTable table;
  const NamedFrame frame{.name = "f", .url = "u", .line = 1, .column = 2};
  const FrameId id = table.Intern(frame);
  CHECK(table.Intern(frame) == id);
  CHECK(table.Find(frame) == id);

  // Each differs from it in one thing.
  std::set<FrameId> ids{id};
  for (NamedFrame other : {frame, frame, frame, frame, frame}) {
    switch (ids.size()) {
      case 1:
        other.name = "g";
        break;
      case 2:
        other.url = "v";
        break;
      case 3:
        other.line = 2;
        break;
      case 4:
        other.column = 1;
        break;
      default:
        other.kind = FrameKind::kProgram;
    }
    CHECK(table.Find(other) == kNoFrame);
    ids.insert(table.Intern(other));
  }
  CHECK(ids.size() == 6);
  CHECK(table.frames().size() == 6);
  CHECK(table.JoinStrings() == std::string("f\0u\0g\0v", 7));
  CHECK(table.string_bytes() == 4);

  const StackFrame described = table.Describe(id);
  CHECK(described.name == "f");
  CHECK(described.url == "u");
  CHECK(described.line == 1);
  CHECK(described.column == 2);

  table.Clear();
  CHECK(table.Find(frame) == kNoFrame);
  CHECK(table.JoinStrings().empty());
  CHECK(table.string_bytes() == 0);
  CHECK(table.Intern(frame) == 0);
}

TEST(EachStateHasAFrame) {
  FrameTable table;
  std::set<std::string_view> names;
  for (size_t kind = 0; kind < kFrameKinds; kind++) {
    names.insert(NameOf(static_cast<FrameKind>(kind)));
    const FrameId id = table.InternState(static_cast<FrameKind>(kind));
    CHECK(table.frames()[id].kind == static_cast<FrameKind>(kind));
    CHECK(table.Describe(id).url == "");
  }
  CHECK(names.size() == kFrameKinds);
  CHECK(table.frames().size() == kFrameKinds);
}

}  // namespace
}  // namespace ox_profile
