#ifndef OX_PROFILE_BUDGET_KEEPER_H_
#define OX_PROFILE_BUDGET_KEEPER_H_

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "budget.h"
#include "sampling_thread.h"
#include "thread_cpu.h"

namespace ox_profile {

// What CPU time profiling costs, by part, since the launcher was started.
struct CostByPart {
  // Over which it was measured, on the clock.
  std::chrono::nanoseconds span{0};
  // On JS threads, as all but the last two.
  std::chrono::nanoseconds drains{0};
  // Of them, those that come early because samples make a big tree.
  std::chrono::nanoseconds early_drains{0};
  std::chrono::nanoseconds wakes{0};
  std::chrono::nanoseconds repairs{0};
  // Samples times what one was seen to cost.
  std::chrono::nanoseconds signals{0};
  // Our own.
  std::chrono::nanoseconds sampling_thread{0};
  std::chrono::nanoseconds v8_threads{0};
  bool v8_threads_measured = false;  // Or else foretold from the samples.
};

// Measures what profiling costs, once a second, and has the Orders keep it
// within the budget. Runs on the sampling thread while a launcher is started.
class BudgetKeeper final : public Timed {
 public:
  static BudgetKeeper& Get();

  void Begin(double most);
  void End();

  std::chrono::nanoseconds OnTime(std::chrono::nanoseconds now) override;

  // Any thread. V8's threads are those of the last second.
  [[nodiscard]] CostByPart Cost();
  [[nodiscard]] double Share();  // In the last seconds; of one core.

 private:
  BudgetKeeper() = default;
  [[nodiscard]] CostByPart Measure(
      std::chrono::nanoseconds now,
      std::optional<std::chrono::nanoseconds> v8_threads) const;

  // On the sampling thread, without its lock: to look for V8's threads takes a
  // while in a process of many.
  void Look();
  // Returns when to look again.
  std::chrono::nanoseconds Learn(
      std::chrono::nanoseconds now,
      std::optional<std::chrono::nanoseconds> v8_threads);

  // Guards v8_threads_. Taken before mutex_.
  std::mutex looks_mutex_;
  V8SamplingThreads v8_threads_;

  std::mutex mutex_;  // Guards all below.
  bool begun_ = false;
  bool resumed_ = false;  // Sampling since `last_`.
  std::atomic<SamplingThread::TargetId> target_{0};
  Budget budget_{0};
  std::chrono::nanoseconds began_{0};
  std::chrono::nanoseconds thread_cpu_began_{0};
  CostByPart last_;
  double share_ = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_BUDGET_KEEPER_H_
