#include "thread_cpu.h"

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#endif

namespace ox_profile {

#ifdef __linux__

namespace {

// The first fifteen letters of "v8:ProfEvntProc…", which is all that Linux
// keeps.
constexpr std::string_view kName = "v8:ProfEvntProc";

bool IsSamplingThread(int64_t id) {
  const std::string path = "/proc/self/task/" + std::to_string(id) + "/comm";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char name[32];
  const ssize_t length = read(file, name, sizeof name);
  close(file);
  return length > 0 &&
         std::string_view(name, static_cast<size_t>(length)).starts_with(kName);
}

std::optional<std::chrono::nanoseconds> CpuTimeOf(int64_t id) {
  // How Linux encodes the clock of a thread (CPUCLOCK_PERTHREAD_MASK and
  // CPUCLOCK_SCHED in linux/posix-timers.h).
  const auto clock = static_cast<clockid_t>(~id << 3 | 4 | 2);
  timespec time;
  if (clock_gettime(clock, &time) != 0) return std::nullopt;
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

std::optional<std::chrono::nanoseconds> V8SamplingThreads::CpuTime() {
  DIR* folder = opendir("/proc/self/task");
  if (folder == nullptr) return std::nullopt;
  for (auto& [id, thread] : threads_) thread.seen = false;
  while (const dirent* entry = readdir(folder)) {
    const int64_t id = std::atoll(entry->d_name);
    if (id <= 0) continue;
    Thread& thread = threads_[id];
    thread.seen = true;
    if (!thread.samples && thread.looks < 2) {
      thread.looks++;
      thread.samples = IsSamplingThread(id);
    }
    if (!thread.samples) continue;
    const auto cpu = CpuTimeOf(id);
    if (!cpu || *cpu <= thread.cpu) continue;
    if (!first_) sum_ += *cpu - thread.cpu;
    thread.cpu = *cpu;
  }
  closedir(folder);
  std::erase_if(threads_, [](const auto& entry) { return !entry.second.seen; });
  first_ = false;
  return sum_;
}

#else

std::optional<std::chrono::nanoseconds> V8SamplingThreads::CpuTime() {
  return std::nullopt;
}

#endif

}  // namespace ox_profile
