#ifndef OX_PROFILE_HASH_H_
#define OX_PROFILE_HASH_H_

#include <cstdint>

namespace ox_profile {

// Spreads the bits of a key over the whole word: the finalizer of MurmurHash3
// (Austin Appleby, public domain).
[[nodiscard]] constexpr uint64_t MixHash(uint64_t key) {
  key ^= key >> 33;
  key *= 0xff51afd7ed558ccdULL;
  key ^= key >> 33;
  key *= 0xc4ceb9fe1a85ec53ULL;
  key ^= key >> 33;
  return key;
}

}  // namespace ox_profile

#endif  // OX_PROFILE_HASH_H_
