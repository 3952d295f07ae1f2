#ifndef OX_PROFILE_SHORT_SLICE_H_
#define OX_PROFILE_SHORT_SLICE_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace ox_profile {

// How long the system lets a thread run before it may have to make room.
//
// A thread that wakes waits until the one that runs has had its slice, 1.4 to 3
// ms since Linux 6.6. On one core a thread that wakes to take a sample so comes
// when the short work that it was to see is over. With a short slice of its own
// it comes before one that has a longer one (EEVDF: I. Stoica and H.
// Abdel-Wahab, 1995; Documentation/scheduler/sched-eevdf.rst). It may run as
// much as before.
//
// Linux takes slices from 6.12 on, without privilege; elsewhere nothing
// happens.

// Gives the calling thread a short one for good. Whether the system took it.
[[nodiscard]] bool TakeShortSlice();

// Gives the calling thread a short one while it lives, which a thread inherits
// that it starts meanwhile.
class ShortSlice {
 public:
  ShortSlice();
  ~ShortSlice();
  ShortSlice(const ShortSlice&) = delete;
  ShortSlice& operator=(const ShortSlice&) = delete;

  // Whether the system took the last one that was asked for. Any thread.
  [[nodiscard]] static bool was_had();

 private:
  // What the thread had before, where that is given back.
  std::optional<std::chrono::nanoseconds> before_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SHORT_SLICE_H_
