#include "budget_keeper.h"

#include <utility>

#include "clock.h"
#include "costs.h"
#include "orders.h"

namespace ox_profile {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds kFirstLook = milliseconds(250);
constexpr nanoseconds kEvery = std::chrono::seconds(1);
// While nothing happens.
constexpr nanoseconds kSeldom = std::chrono::seconds(3);

// CPU of V8's sampling thread a sample, where the system does not tell it.
constexpr nanoseconds kV8ThreadASample = std::chrono::microseconds(25);

}  // namespace

BudgetKeeper& BudgetKeeper::Get() {
  // Never deleted, as is the sampling thread.
  static auto* const instance = new BudgetKeeper();
  return *instance;
}

void BudgetKeeper::Begin(double most) {
  {
    const std::scoped_lock looks_lock(looks_mutex_);
    const std::scoped_lock lock(mutex_);
    budget_ = Budget(most);
    v8_threads_ = V8SamplingThreads();
    began_ = MonotonicNow();
    thread_cpu_began_ = SamplingThread::Get().CpuTime();
    last_ = Measure(began_, std::nullopt);
    share_ = 0;
    resumed_ = false;
    begun_ = true;
  }
  target_ = SamplingThread::Get().NewId();
  SamplingThread::Get().Add(target_, this);
}

void BudgetKeeper::End() {
  SamplingThread::Get().Remove(target_);
  const std::scoped_lock lock(mutex_);
  begun_ = false;
}

CostByPart BudgetKeeper::Measure(nanoseconds now,
                                 std::optional<nanoseconds> v8_threads) const {
  const Costs& costs = Costs::Get();
  const auto samples = static_cast<int64_t>(costs.samples.load());
  return {
      .span = now - began_,
      .drains = costs.drains.cpu(),
      .early_drains = nanoseconds(costs.early_drains_cpu),
      .wakes = costs.wakes.cpu(),
      .repairs = costs.repairs.cpu(),
      .signals = costs.sample() * samples,
      .sampling_thread = SamplingThread::Get().CpuTime() - thread_cpu_began_,
      .v8_threads = v8_threads.value_or(kV8ThreadASample * samples),
      .v8_threads_measured = v8_threads.has_value()};
}

nanoseconds BudgetKeeper::OnTime(nanoseconds) {
  SamplingThread::Get().RunUnlocked([this] { Look(); });
  return kNever;  // Until that has looked.
}

void BudgetKeeper::Look() {
  const std::scoped_lock looks_lock(looks_mutex_);
  const std::optional<nanoseconds> v8_threads = v8_threads_.CpuTime();
  const nanoseconds now = MonotonicNow();
  const nanoseconds next = Learn(now, v8_threads);
  if (next != kNever) SamplingThread::Get().CallAt(target_, next);
}

nanoseconds BudgetKeeper::Learn(nanoseconds now,
                                std::optional<nanoseconds> v8_threads) {
  const std::scoped_lock lock(mutex_);
  if (!begun_) return kNever;
  const CostByPart cost = Measure(now, v8_threads);
  // What a pause costs, no interval makes cheaper. A new order has this called
  // again.
  const bool sampling = Orders::Get().Current().sampling;
  const bool resumed = std::exchange(resumed_, sampling);
  if (!sampling || !resumed) {
    last_ = cost;
    return sampling ? now + kFirstLook : kNever;
  }
  const nanoseconds span = cost.span - last_.span;
  if (span < kFirstLook / 2) return now + kEvery;
  // Making a profiler anew is rare, and no interval makes it cheaper.
  const nanoseconds early = cost.early_drains - last_.early_drains;
  const nanoseconds by_samples =
      cost.signals - last_.signals + cost.v8_threads - last_.v8_threads + early;
  const nanoseconds fixed = cost.drains - last_.drains - early + cost.wakes -
                            last_.wakes + cost.sampling_thread -
                            last_.sampling_thread;
  const nanoseconds spent = by_samples + fixed;
  share_ =
      static_cast<double>(spent.count()) / static_cast<double>(span.count());
  const bool busy =
      cost.signals != last_.signals || cost.drains != last_.drains;
  last_ = cost;

  const double before = budget_.stretch();
  budget_.Learn({.by_samples = by_samples, .fixed = fixed, .span = span},
                Orders::Get().Current().MostStretch());
  const double stretch = budget_.stretch();
  // Sessions learn of it with their next drain.
  if (stretch != before) {
    Orders::Get().Give([&](Order& order) { order.stretch = stretch; });
  }
  return now + (busy ? kEvery : kSeldom);
}

CostByPart BudgetKeeper::Cost() {
  const std::scoped_lock lock(mutex_);
  if (!begun_) return last_;
  // Looking for V8's threads takes too long for whoever asks.
  return Measure(MonotonicNow(), last_.v8_threads_measured
                                     ? std::optional(last_.v8_threads)
                                     : std::nullopt);
}

double BudgetKeeper::Share() {
  const std::scoped_lock lock(mutex_);
  return share_;
}

}  // namespace ox_profile
