#include "sampling_thread.h"

#include <algorithm>

#include "clock.h"

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

SamplingThread::TargetId SamplingThread::Add(DrainTarget* target) {
  const std::scoped_lock lock(mutex_);
  reminders_[++last_id_] = {target, std::nullopt};
  return last_id_;
}

void SamplingThread::Remove(TargetId id) {
  const std::scoped_lock lock(mutex_);
  reminders_.erase(id);
}

void SamplingThread::RemindAt(TargetId id, std::chrono::nanoseconds due) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = reminders_.find(id);
    if (found == reminders_.end()) return;
    found->second.due = due;
    // It will look at the new time by itself when it wakes for another one.
    if (due >= sleeps_until_) return;
  }
  changed_.notify_one();
}

void SamplingThread::Forget(TargetId id) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = reminders_.find(id);
    if (found != reminders_.end()) found->second.due.reset();
  }
  // Or it would wake for a time that is no longer wanted.
  changed_.notify_one();
}

DrainTarget* SamplingThread::Find(TargetId id) {
  const std::scoped_lock lock(mutex_);
  const auto found = reminders_.find(id);
  return found == reminders_.end() ? nullptr : found->second.target;
}

void SamplingThread::Run() {
  NameThisThread();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::chrono::nanoseconds now = MonotonicNow();
    auto next = std::chrono::nanoseconds::max();
    for (auto& [id, reminder] : reminders_) {
      if (!reminder.due) continue;
      if (*reminder.due <= now) {
        reminder.due.reset();
        reminder.target->RequestDrain();
      } else {
        next = std::min(next, *reminder.due);
      }
    }
    sleeps_until_ = next;
    if (next == std::chrono::nanoseconds::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_for(lock, next - now);
    }
  }
}

}  // namespace ox_profile
