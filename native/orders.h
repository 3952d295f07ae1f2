#ifndef OX_PROFILE_ORDERS_H_
#define OX_PROFILE_ORDERS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "count_table.h"
#include "interval_source.h"

namespace ox_profile {

enum class CodeLogging {
  kEager,  // V8 follows all code from now on; starting a profile is cheap.
  kLazy,   // Nothing is paid while no profile runs; each start walks the heap.
};

// What the launcher that is started wants of the threads of the process.
struct Order {
  bool active = false;      // A launcher is started.
  bool sampling = false;    // It is, and not paused.
  bool all_threads = true;  // Or only the main thread.
  CodeLogging logging = CodeLogging::kEager;
  std::shared_ptr<CountTable> table;
  std::chrono::microseconds interval{0};  // As asked for.
  double jitter = 0;
  // How many times longer than asked for the interval is, to keep the budget.
  double stretch = 1;
  std::chrono::nanoseconds park_after{0};
  std::chrono::nanoseconds stall_threshold{0};  // 0: stalls are not watched.

  // Longer than the longest interval there is nothing to stretch.
  [[nodiscard]] double MostStretch() const;

  // The intervals to sample at. `seed` has threads draw different ones.
  [[nodiscard]] IntervalSource MakeIntervals(uint32_t seed) const;

  [[nodiscard]] bool Concerns(ThreadId thread) const {
    return active && (all_threads || thread == kMainThread);
  }
};

// The order that holds. Each session follows it on its own thread, the others
// learn from the sampling thread that there is a new one. Any thread may call
// any method.
class Orders {
 public:
  static Orders& Get();

  // Grows with each order.
  [[nodiscard]] uint64_t number() const { return number_; }

  [[nodiscard]] Order Current() const;

  // Gives a new order, made of the last by `change`.
  void Give(const std::function<void(Order&)>& change);

 private:
  Orders() = default;

  std::atomic<uint64_t> number_{0};
  mutable std::mutex mutex_;  // Guards order_.
  Order order_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_ORDERS_H_
