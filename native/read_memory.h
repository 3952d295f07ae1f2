#ifndef OX_PROFILE_READ_MEMORY_H_
#define OX_PROFILE_READ_MEMORY_H_

#include <cstddef>
#include <cstdint>

namespace ox_profile {

// Copies `length` bytes of this process that may not be mapped; false where
// they are not, or the system does not say. Async-signal-safe.
[[nodiscard]] bool ReadMemory(uintptr_t from, uint8_t* to, size_t length);

}  // namespace ox_profile

#endif  // OX_PROFILE_READ_MEMORY_H_
