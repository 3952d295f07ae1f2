#include "sampling_thread.h"

#include <algorithm>
#include <utility>

#include "clock.h"
#include "own_thread.h"
#include "short_slice.h"

namespace ox_profile {

SamplingThread& SamplingThread::Get() {
  // Never deleted, see the header.
  static auto* const instance = new SamplingThread();
  return *instance;
}

SamplingThread::StartResult SamplingThread::Start() {
  const std::scoped_lock life(life_mutex_);
  if (started_) return StartResult::kAlreadyRunning;
  cpu_ = std::chrono::nanoseconds::zero();
  const bool started = StartOwnThread(
      thread_, "ox-profile",
      [](void* self) { static_cast<SamplingThread*>(self)->Run(); }, this);
  if (!started) return StartResult::kSystemRefused;
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
  mutex_.NotifyOne();
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
  mutex_.NotifyOne();
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
  mutex_.NotifyOne();
}

void SamplingThread::CallFromWithin(TargetId id) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) {
    found->second.due = std::chrono::nanoseconds::zero();
  }
}

void SamplingThread::RunUnlocked(std::function<void()> errand) {
  errands_.push_back(std::move(errand));
}

void SamplingThread::RunErrands(std::unique_lock<Monitor>& lock) {
  std::vector<std::function<void()>> errands;
  errands.swap(errands_);
  lock.unlock();
  for (const std::function<void()>& errand : errands) errand();
  lock.lock();
}

void SamplingThread::CallAll() {
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, entry] : entries_) {
      entry.due = std::chrono::nanoseconds::zero();
    }
  }
  mutex_.NotifyOne();
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
    if (!errands_.empty()) {
      RunErrands(lock);
      continue;
    }
    cpu_ = ThreadCpuNow();
    sleeps_until_ = next;
    if (next == Timed::kNever) {
      mutex_.Wait(lock);
    } else {
      mutex_.WaitFor(lock, next - now);
    }
  }
}

}  // namespace ox_profile
