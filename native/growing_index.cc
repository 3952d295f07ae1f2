#include "growing_index.h"

namespace ox_profile {

namespace {

constexpr size_t kFirstBuckets = 64;  // A power of two.

}  // namespace

uint32_t GrowingIndex::Add(uint32_t hash) {
  const auto number = static_cast<uint32_t>(entries_.size());
  if (number >= buckets_.size()) SplitNext();
  uint32_t& first = buckets_[BucketOf(hash)];
  entries_.Append({hash, first});
  first = number;
  return number;
}

void GrowingIndex::Clear() {
  entries_.Clear();
  buckets_.Clear();
  level_ = kFirstBuckets;
  for (size_t i = 0; i < level_; i++) buckets_.Append(kNone);
}

// Adds a bucket, and moves there what the bucket `level_` before it holds of
// it.
void GrowingIndex::SplitNext() {
  const size_t added = buckets_.size();
  uint32_t* kept = &buckets_[added - level_];
  uint32_t* moved = &buckets_.Append(kNone);
  for (uint32_t number = *kept; number != kNone;) {
    Entry& entry = entries_[number];
    const bool moves = (entry.hash & (2 * level_ - 1)) == added;
    uint32_t*& end = moves ? moved : kept;
    *end = number;
    end = &entry.next;
    number = entry.next;
  }
  *kept = kNone;
  *moved = kNone;
  if (buckets_.size() == 2 * level_) level_ *= 2;
}

}  // namespace ox_profile
