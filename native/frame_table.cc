#include "frame_table.h"

#include <functional>

#include "hash.h"

namespace ox_profile {

namespace {

uint64_t Mix(std::string_view text) {
  return MixHash(std::hash<std::string_view>()(text));
}

uint32_t HashOf(const NamedFrame& named) {
  const uint64_t place = static_cast<uint64_t>(named.line) << 32 |
                         static_cast<uint32_t>(named.column);
  return static_cast<uint32_t>(
      MixHash(MixHash(Mix(named.name) ^ place) ^ Mix(named.url)));
}

}  // namespace

const char* NameOf(FrameKind kind) {
  switch (kind) {
    case FrameKind::kRoot:
      return "(root)";
    case FrameKind::kIdle:
      return "(idle)";
    case FrameKind::kProgram:
      return "(program)";
    case FrameKind::kGarbageCollector:
      return "(garbage collector)";
    case FrameKind::kProfiler:
      return "(profiler)";
    case FrameKind::kTruncated:
      return "(truncated)";
    case FrameKind::kFunction:
      break;
  }
  return "(anonymous)";
}

StringId FrameTable::InternString(std::string_view text) {
  const auto hash = static_cast<uint32_t>(Mix(text));
  const StringId found =
      string_ids_.Find(hash, [&](StringId id) { return strings_[id] == text; });
  if (found != GrowingIndex::kNone) return found;
  string_bytes_ += text.size();
  strings_.Append(std::string(text));
  return string_ids_.Add(hash);
}

FrameId FrameTable::Find(uint32_t hash, const NamedFrame& named) const {
  return frame_ids_.Find(hash, [&](FrameId id) {
    const Frame& frame = frames_[id];
    return frame.line == named.line && frame.column == named.column &&
           frame.kind == named.kind && strings_[frame.name] == named.name &&
           strings_[frame.url] == named.url;
  });
}

FrameId FrameTable::Find(const NamedFrame& named) const {
  return Find(HashOf(named), named);
}

FrameId FrameTable::Intern(const NamedFrame& named) {
  const uint32_t hash = HashOf(named);
  const FrameId found = Find(hash, named);
  if (found != kNoFrame) return found;
  frames_.Append({.name = InternString(named.name),
                  .url = InternString(named.url),
                  .line = named.line,
                  .column = named.column,
                  .kind = named.kind});
  return frame_ids_.Add(hash);
}

FrameId FrameTable::InternState(FrameKind kind) {
  return Intern({.name = NameOf(kind), .kind = kind});
}

StackFrame FrameTable::Describe(FrameId id) const {
  const Frame& frame = frames_[id];
  return {.name = strings_[frame.name],
          .url = strings_[frame.url],
          .line = frame.line,
          .column = frame.column};
}

std::string FrameTable::JoinStrings() const {
  std::string joined;
  joined.reserve(string_bytes_ + strings_.size());
  for (size_t id = 0; id < strings_.size(); id++) {
    if (id > 0) joined.push_back('\0');
    joined.append(strings_[id]);
  }
  return joined;
}

void FrameTable::Clear() {
  string_ids_.Clear();
  strings_.Clear();
  frame_ids_.Clear();
  frames_.Clear();
  string_bytes_ = 0;
}

}  // namespace ox_profile
