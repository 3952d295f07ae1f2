#include "growing_index.h"

#include <cstdint>
#include <vector>

#include "check.h"

namespace ox_profile {
namespace {

// Keys with hashes that end alike, or are the same.
uint32_t HashOf(uint32_t key) { return key / 2 << 3; }

TEST(WhatIsAddedIsFoundAtEachSize) {
  GrowingIndex index;
  std::vector<uint32_t> keys;
  const auto find = [&](uint32_t key) {
    return index.Find(HashOf(key),
                      [&](uint32_t number) { return keys[number] == key; });
  };
  for (uint32_t key = 0; key < 1000; key++) {
    CHECK(find(key) == GrowingIndex::kNone);
    keys.push_back(key);
    CHECK(index.Add(HashOf(key)) == key);
    // All of them while buckets are split, and later some.
    for (uint32_t known = 0; known <= key; known += key < 300 ? 1 : 97) {
      CHECK(find(known) == known);
    }
  }
  index.Clear();
  CHECK(find(7) == GrowingIndex::kNone);
  CHECK(index.Add(HashOf(7)) == 0);
}

}  // namespace
}  // namespace ox_profile
