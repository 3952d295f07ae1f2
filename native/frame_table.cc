#include "frame_table.h"

#include "hash.h"

namespace ox_profile {

size_t FrameHash::operator()(const Frame& frame) const {
  uint64_t hash = MixHash(uint64_t{frame.name} << 32 | frame.url);
  hash = MixHash(hash ^ (static_cast<uint64_t>(frame.line) << 32 |
                         static_cast<uint32_t>(frame.column)));
  return static_cast<size_t>(hash + static_cast<uint64_t>(frame.kind));
}

StringId FrameTable::InternString(std::string_view text) {
  const auto found = string_ids_.find(text);
  if (found != string_ids_.end()) return found->second;

  const auto id = static_cast<StringId>(strings_.size());
  const std::string& kept = strings_.emplace_back(text);
  string_ids_.emplace(kept, id);
  string_bytes_ += kept.size();
  return id;
}

FrameId FrameTable::Intern(const NamedFrame& named) {
  const Frame frame{.name = InternString(named.name),
                    .url = InternString(named.url),
                    .line = named.line,
                    .column = named.column,
                    .kind = named.kind};
  const auto id = static_cast<FrameId>(frames_.size());
  const auto [place, added] = frame_ids_.try_emplace(frame, id);
  if (added) frames_.push_back(frame);
  return place->second;
}

FrameId FrameTable::Find(const NamedFrame& named) const {
  const auto name = string_ids_.find(named.name);
  const auto url = string_ids_.find(named.url);
  if (name == string_ids_.end() || url == string_ids_.end()) return kNoFrame;
  const auto found = frame_ids_.find({.name = name->second,
                                      .url = url->second,
                                      .line = named.line,
                                      .column = named.column,
                                      .kind = named.kind});
  return found == frame_ids_.end() ? kNoFrame : found->second;
}

std::string FrameTable::JoinStrings() const {
  std::string joined;
  joined.reserve(string_bytes_ + strings_.size());
  for (const std::string& text : strings_) {
    if (&text != &strings_.front()) joined.push_back('\0');
    joined.append(text);
  }
  return joined;
}

void FrameTable::Clear() {
  string_ids_.clear();
  strings_.clear();
  frame_ids_.clear();
  frames_.clear();
  string_bytes_ = 0;
}

}  // namespace ox_profile
