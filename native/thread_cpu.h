#ifndef OX_PROFILE_THREAD_CPU_H_
#define OX_PROFILE_THREAD_CPU_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

namespace ox_profile {

// The CPU time of V8's sampling threads, where the system tells it (Linux).
// They are known by the name that V8 gives them, so those of another profiler
// are among them. One thread at a time.
class V8SamplingThreads {
 public:
  // CPU time that they used since the first call, those that have ended since
  // too, up to the last time they were seen.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> CpuTime();

 private:
  struct Thread {
    bool samples = false;
    int looks = 0;  // Its name is set a moment after it began.
    std::chrono::nanoseconds cpu{0};
    bool seen = false;
  };
  std::map<int64_t, Thread> threads_;
  std::chrono::nanoseconds sum_{0};
  bool first_ = true;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_THREAD_CPU_H_
