#ifndef OX_PROFILE_FRAME_TABLE_H_
#define OX_PROFILE_FRAME_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "chunks.h"
#include "growing_index.h"
#include "stack_frame.h"

namespace ox_profile {

using FrameId = uint32_t;
using StringId = uint32_t;

inline constexpr FrameId kNoFrame = GrowingIndex::kNone;

// What a frame stands for. Everything but a function is a state of the thread,
// and is kept apart from functions in every result.
enum class FrameKind : uint8_t {
  kFunction = 0,
  kRoot = 1,
  kIdle = 2,
  kProgram = 3,
  kGarbageCollector = 4,
  kProfiler = 5,   // Samples and time inside a drain: the profiler's own cost.
  kTruncated = 6,  // Samples whose stack no longer fitted into the table.
};

inline constexpr size_t kFrameKinds = 7;

// What a state is called, and a function that has no name.
[[nodiscard]] const char* NameOf(FrameKind kind);

// A place in a stack. Lines and columns count from 1; 0 is unknown.
struct Frame {
  StringId name = 0;
  StringId url = 0;
  int32_t line = 0;
  int32_t column = 0;
  FrameKind kind = FrameKind::kFunction;
};

// A frame as a sampling source names it. Looks at its strings, does not own
// them.
struct NamedFrame {
  std::string_view name = {};
  std::string_view url = {};
  int32_t line = 0;
  int32_t column = 0;
  FrameKind kind = FrameKind::kFunction;
};

// Distinct frames and their strings, each kept once and named by a number.
// Strings hold no NUL: they come from C strings.
// Not thread-safe: CountTable holds it behind its mutex.
class FrameTable {
 public:
  [[nodiscard]] FrameId Intern(const NamedFrame& named);
  // The frame of a state.
  [[nodiscard]] FrameId InternState(FrameKind kind);
  // kNoFrame when it was never interned.
  [[nodiscard]] FrameId Find(const NamedFrame& named) const;

  [[nodiscard]] const Chunks<Frame>& frames() const { return frames_; }
  // All strings in the order of their numbers, with a NUL between two.
  [[nodiscard]] std::string JoinStrings() const;

  [[nodiscard]] StackFrame Describe(FrameId id) const;
  [[nodiscard]] size_t string_bytes() const { return string_bytes_; }

  void Clear();

 private:
  [[nodiscard]] StringId InternString(std::string_view text);
  [[nodiscard]] FrameId Find(uint32_t hash, const NamedFrame& named) const;

  Chunks<std::string> strings_;
  GrowingIndex string_ids_;
  Chunks<Frame> frames_;
  GrowingIndex frame_ids_;
  size_t string_bytes_ = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_FRAME_TABLE_H_
