#ifndef OX_PROFILE_STALL_WATCH_H_
#define OX_PROFILE_STALL_WATCH_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "count_table.h"

namespace ox_profile {

// Sees that an event loop has not turned for too long, and keeps that stall
// open in the StallBook until it turns. A Session owns one and calls it on its
// JS thread, except for Look and Open: those are the sampling thread's.
class StallWatch {
 public:
  // From now on, for a loop busy for `threshold`. Zero: it is not watched.
  void Begin(std::chrono::nanoseconds threshold);
  // Not until Begin. What is open stays so until the loop turns.
  void Rest();
  // Neither; closes what is open.
  void End();
  // Zero while it is not watched. Any thread.
  [[nodiscard]] std::chrono::nanoseconds threshold() const {
    return threshold_;
  }

  // When the loop that has been busy since `busy_since` is to be looked at
  // again; nothing where it is stalled by now, and not yet open.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> Look(
      std::chrono::nanoseconds now, std::chrono::nanoseconds busy_since) const;
  void Open(ThreadId thread, const std::string& name,
            std::chrono::nanoseconds busy_since);

  struct Stalled {
    uint64_t id;  // In the StallBook.
    std::chrono::nanoseconds began;
  };
  // The stall that is open. Any thread.
  [[nodiscard]] std::optional<Stalled> stalled() const;
  void Close();

 private:
  std::atomic<std::chrono::nanoseconds> threshold_{};  // Zero: not watched.
  std::atomic<uint64_t> id_{0};  // In the StallBook; 0 is none.
  std::atomic<std::chrono::nanoseconds> began_{};  // Before id_ is set.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_STALL_WATCH_H_
