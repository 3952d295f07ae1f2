#include "thread_cpu.h"

#include <chrono>
#include <optional>

#include "check.h"

#ifdef __linux__
#include <pthread.h>
#include <time.h>

#include <atomic>
#include <thread>
#endif

namespace ox_profile {
namespace {

#ifdef __linux__

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Works until the calling thread has used that much more CPU time.
void Burn(nanoseconds cpu) {
  const auto used = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
  };
  const nanoseconds until = used() + cpu;
  while (used() < until) {
  }
}

TEST(OnlyV8sSamplingThreadsCount) {
  V8SamplingThreads threads;
  CHECK(threads.CpuTime() == nanoseconds(0));
  std::atomic<bool> burnt{false};
  std::atomic<bool> done{false};
  std::thread sampling([&] {
    pthread_setname_np(pthread_self(), "v8:ProfEvntProc");
    Burn(milliseconds(50));
    burnt = true;
    burnt.notify_one();
    done.wait(false);
  });
  burnt.wait(false);
  const nanoseconds seen = threads.CpuTime().value_or(nanoseconds(-1));
  CHECK(seen >= milliseconds(50));
  // Another thread's work is not among it; and what has ended stays.
  Burn(milliseconds(50));
  done = true;
  done.notify_one();
  sampling.join();
  const nanoseconds later = threads.CpuTime().value_or(nanoseconds(-1));
  CHECK(later >= seen);
  CHECK(later < seen + milliseconds(50));
}

#else

TEST(OnlyLinuxTellsWhatThreadsUse) {
  CHECK(V8SamplingThreads().CpuTime() == std::nullopt);
}

#endif

}  // namespace
}  // namespace ox_profile
