#include "thread_names.h"

#include <map>
#include <mutex>

namespace ox_profile {

namespace {

constexpr size_t kMostNames = 4096;
constexpr size_t kMostBytes = 256;

struct Names {
  std::mutex mutex;
  std::map<ThreadId, std::string> of_thread;
};

Names& AllNames() {
  // Never deleted: threads may still ask while the process exits.
  static auto* const names = new Names();
  return *names;
}

}  // namespace

void NameThread(ThreadId thread, const std::string& name) {
  Names& names = AllNames();
  const std::scoped_lock lock(names.mutex);
  // Some never join, and nobody tells when they have ended. Threads are counted
  // up, so the first are the oldest.
  if (names.of_thread.size() >= kMostNames) {
    names.of_thread.erase(names.of_thread.begin());
  }
  names.of_thread[thread] = name.substr(0, kMostBytes);
}

std::string NameOfThread(ThreadId thread, const std::string& fallback) {
  Names& names = AllNames();
  const std::scoped_lock lock(names.mutex);
  const auto found = names.of_thread.find(thread);
  return found == names.of_thread.end() ? fallback : found->second;
}

void ForgetNameOfThread(ThreadId thread) {
  Names& names = AllNames();
  const std::scoped_lock lock(names.mutex);
  names.of_thread.erase(thread);
}

}  // namespace ox_profile
