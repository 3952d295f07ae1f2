#include "sampling_thread.h"

#include <algorithm>

#include "clock.h"
#include "short_slice.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#endif

namespace ox_profile {

namespace {

// So that whoever lists the threads of a process knows this one.
void NameThisThread() {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "ox-profile");
#elif defined(__APPLE__)
  pthread_setname_np("ox-profile");
#elif defined(_WIN32)
  SetThreadDescription(GetCurrentThread(), L"ox-profile");
#endif
}

}  // namespace

SamplingThread& SamplingThread::Get() {
  // Never deleted, see the header.
  static auto* const instance = new SamplingThread();
  return *instance;
}

SamplingThread::StartResult SamplingThread::Start() {
  const std::scoped_lock life(life_mutex_);
  if (started_) return StartResult::kAlreadyRunning;
  // uv_thread_create and not std::thread: where the system has no thread to
  // give, it says so instead of ending the program.
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = 256 * 1024;
  const int error = uv_thread_create_ex(
      &thread_, &options,
      [](void* self) { static_cast<SamplingThread*>(self)->Run(); }, this);
  if (error != 0) return StartResult::kSystemRefused;
  started_ = true;
  return StartResult::kStarted;
}

void SamplingThread::Stop() {
  const std::scoped_lock life(life_mutex_);
  if (!started_) return;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  uv_thread_join(&thread_);
  started_ = false;
  stopping_ = false;
}

SamplingThread::TargetId SamplingThread::NewId() { return ++last_id_; }

void SamplingThread::Add(TargetId id, Timed* target) {
  {
    const std::scoped_lock lock(mutex_);
    entries_[id] = {target, std::chrono::nanoseconds::zero()};
  }
  changed_.notify_one();
}

void SamplingThread::Remove(TargetId id) {
  const std::scoped_lock lock(mutex_);
  entries_.erase(id);
}

void SamplingThread::CallAt(TargetId id, std::chrono::nanoseconds due) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    found->second.due = std::min(found->second.due, due);
    // It will look at the new time by itself when it wakes for another one.
    if (due >= sleeps_until_) return;
  }
  changed_.notify_one();
}

void SamplingThread::CallFromWithin(TargetId id) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) {
    found->second.due = std::chrono::nanoseconds::zero();
  }
}

void SamplingThread::CallAll() {
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, entry] : entries_) {
      entry.due = std::chrono::nanoseconds::zero();
    }
  }
  changed_.notify_one();
}

Timed* SamplingThread::Find(TargetId id) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second.target;
}

void SamplingThread::ForEach(const std::function<void(Timed&)>& call) {
  const std::scoped_lock lock(mutex_);
  for (auto& [id, entry] : entries_) call(*entry.target);
}

void SamplingThread::Run() {
  NameThisThread();
  // Where it is not to be had, the thread is late at times.
  (void)TakeShortSlice();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::chrono::nanoseconds now = MonotonicNow();
    for (auto& [id, entry] : entries_) {
      if (entry.due > now) continue;
      // First, as it may be called from within.
      entry.due = Timed::kNever;
      entry.due = std::min(entry.due, entry.target->OnTime(now));
    }
    auto next = Timed::kNever;
    for (const auto& [id, entry] : entries_) next = std::min(next, entry.due);
    cpu_ = ThreadCpuNow();
    sleeps_until_ = next;
    if (next == Timed::kNever) {
      changed_.wait(lock);
    } else {
      changed_.wait_for(lock,
                        std::max(next - now, std::chrono::nanoseconds::zero()));
    }
  }
}

}  // namespace ox_profile
