#include "costs.h"

namespace ox_profile {

namespace {

// One may have been held up by the system; several were not.
void Learn(std::atomic<int64_t>& known, std::chrono::nanoseconds took) {
  if (took == std::chrono::nanoseconds::zero()) return;
  const int64_t last = known;
  known = last == 0 ? took.count() : last + (took.count() - last) / 8;
}

}  // namespace

void Costs::Times::Add(std::chrono::nanoseconds time,
                       std::chrono::nanoseconds cpu) {
  count_++;
  sum_ += time.count();
  cpu_ += cpu.count();
  int64_t worst = worst_;
  while (time.count() > worst &&
         !worst_.compare_exchange_weak(worst, time.count())) {
  }
}

void Costs::Times::Clear() {
  count_ = 0;
  sum_ = 0;
  cpu_ = 0;
  worst_ = 0;
}

Costs& Costs::Get() {
  // Never deleted: threads may still add while the process exits.
  static auto* const instance = new Costs();
  return *instance;
}

void Costs::Clear() {
  drains.Clear();
  wakes.Clear();
  repairs.Clear();
  made.Clear();
  early_drains_cpu = 0;
  parks = 0;
  parked_nanos = 0;
  samples = 0;
  truncated = 0;
  in_builtins = 0;
  corrected = 0;
  lost = 0;
  joins = 0;
  late_joins = 0;
}

void Costs::NoteSignal(std::chrono::nanoseconds took) { Learn(signal_, took); }

void Costs::NoteSample(std::chrono::nanoseconds took) { Learn(sample_, took); }

}  // namespace ox_profile
