#ifndef OX_PROFILE_GROWING_INDEX_H_
#define OX_PROFILE_GROWING_INDEX_H_

#include <cstddef>
#include <cstdint>

#include "chunks.h"

namespace ox_profile {

// Finds numbered things by their keys, which their owner keeps. The numbers
// count from 0 in the order in which things are added.
//
// A hash table that grows by one bucket a time, and so never stops to place all
// of it anew: linear hashing (W. Litwin, "Linear Hashing: A New Tool for File
// and Table Addressing", VLDB 1980). The buckets are the first `level_` and as
// many of the second `level_` as were split off the first so far.
//
// Not thread-safe.
class GrowingIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  GrowingIndex() { Clear(); }

  // The number of the thing with that hash for which `is_it(number)` is true,
  // or kNone.
  template <typename IsIt>
  [[nodiscard]] uint32_t Find(uint32_t hash, const IsIt& is_it) const {
    uint32_t number = buckets_[BucketOf(hash)];
    while (number != kNone) {
      const Entry& entry = entries_[number];
      if (entry.hash == hash && is_it(number)) break;
      number = entry.next;
    }
    return number;
  }

  // Adds the next thing, which is not there yet, and returns its number.
  uint32_t Add(uint32_t hash);

  void Clear();

 private:
  struct Entry {
    uint32_t hash;
    uint32_t next;  // In the same bucket; or kNone.
  };

  [[nodiscard]] size_t BucketOf(uint32_t hash) const {
    const size_t bucket = hash & (2 * level_ - 1);
    return bucket < buckets_.size() ? bucket : bucket - level_;
  }
  void SplitNext();

  Chunks<Entry> entries_;
  Chunks<uint32_t> buckets_;  // The first of each; or kNone.
  size_t level_ = 0;          // A power of two.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_GROWING_INDEX_H_
