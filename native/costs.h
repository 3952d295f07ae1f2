#ifndef OX_PROFILE_COSTS_H_
#define OX_PROFILE_COSTS_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ox_profile {

// What profiling has cost and met with, in all threads of the process since the
// launcher was started. Any thread may add and read at any time.
class Costs {
 public:
  // How long threads were held up: a sum, the largest of its parts, and the CPU
  // time of it. On a machine that is busy with others' work the CPU time is far
  // less, and is what the program has lost.
  class Times {
   public:
    void Add(std::chrono::nanoseconds time, std::chrono::nanoseconds cpu);
    void Clear();
    [[nodiscard]] uint64_t count() const { return count_; }
    [[nodiscard]] std::chrono::nanoseconds sum() const {
      return std::chrono::nanoseconds(sum_);
    }
    [[nodiscard]] std::chrono::nanoseconds cpu() const {
      return std::chrono::nanoseconds(cpu_);
    }
    [[nodiscard]] std::chrono::nanoseconds worst() const {
      return std::chrono::nanoseconds(worst_);
    }

   private:
    std::atomic<uint64_t> count_{0};
    std::atomic<int64_t> sum_{0};
    std::atomic<int64_t> cpu_{0};
    std::atomic<int64_t> worst_{0};
  };

  static Costs& Get();

  // A launcher was started: all is zero again, but for what a sample costs.
  void Clear();

  Times drains;   // Each stopped its thread so long.
  Times wakes;    // Ends of a park, likewise.
  Times repairs;  // A stuck V8 profiler was made anew, likewise.
  Times made;     // V8 profilers of threads that joined, likewise.
  // CPU time of those drains that come early because of how many samples they
  // would have to carry, or how big a tree: a longer interval makes them fewer.
  std::atomic<int64_t> early_drains_cpu{0};
  std::atomic<uint64_t> parks{0};
  std::atomic<int64_t> parked_nanos{0};  // Of all threads, parks that ended.
  std::atomic<uint64_t> samples{0};      // Taken by V8, idle ones too.
  std::atomic<uint64_t> truncated{0};    // Deeper than V8 looks.
  std::atomic<uint64_t> in_builtins{0};  // Samples in V8's builtins.
  // Of those, where V8 would have skipped the function that called them.
  std::atomic<uint64_t> corrected{0};
  std::atomic<uint64_t> lost{0};  // Would have been taken, were V8 not stuck.
  std::atomic<uint64_t> joins{0};
  std::atomic<uint64_t> late_joins{0};  // With code that was hot already.

  // What a sample costs the thread it interrupts, as last seen: to have its
  // signal delivered, and to have the stack looked at.
  void NoteSignal(std::chrono::nanoseconds took);
  void NoteSample(std::chrono::nanoseconds took);
  [[nodiscard]] std::chrono::nanoseconds sample() const {
    return std::chrono::nanoseconds(signal_ + sample_);
  }

 private:
  std::atomic<int64_t> signal_{0};
  std::atomic<int64_t> sample_{0};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_COSTS_H_
