#ifndef OX_PROFILE_SAMPLING_THREAD_H_
#define OX_PROFILE_SAMPLING_THREAD_H_

#include <uv.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "monitor.h"

namespace ox_profile {

class Inquiry;

// Somebody whom the sampling thread calls at times.
class Timed {
 public:
  // Called on the sampling thread, with its lock held: looks, asks others to do
  // something, and does nothing that takes long. Returns when to be called
  // again, at the latest.
  virtual std::chrono::nanoseconds OnTime(std::chrono::nanoseconds now) = 0;

  // Asks for what was counted to be carried into the table soon. Any thread,
  // under the sampling thread's lock.
  virtual void RequestDrain() {}

  // Asks for an answer soon. As RequestDrain.
  virtual void Ask(std::shared_ptr<Inquiry>) {}

  static constexpr auto kNever = std::chrono::nanoseconds::max();

 protected:
  ~Timed() = default;
};

// The one native thread of the process that decides when. It keeps the times at
// which sessions and others want to be called; it holds no V8 handle.
// With no time to keep it sleeps and wakes for nothing.
//
// Any thread may call any method. The object is never destroyed: at process
// exit the thread may still be in it.
class SamplingThread {
 public:
  using TargetId = uint64_t;

  static SamplingThread& Get();

  enum class StartResult { kStarted, kAlreadyRunning, kSystemRefused };
  [[nodiscard]] StartResult Start();

  // Ends the thread and waits for it. Does nothing when it does not run.
  void Stop();

  // A number for a target that will be added.
  [[nodiscard]] TargetId NewId();

  // Enters somebody, to be called at once. By then it has to know its number.
  void Add(TargetId id, Timed* target);

  // Takes a target out; afterwards it is not called any more.
  void Remove(TargetId id);

  // Has `id` called at `due` on MonotonicNow's clock, or earlier if that was
  // agreed before.
  void CallAt(TargetId id, std::chrono::nanoseconds due);

  // Has `id` called at once. Only within OnTime.
  void CallFromWithin(TargetId id);

  // Has `errand` run on the sampling thread when the lock is free, before it
  // sleeps again. Only within OnTime; for what takes long. Targets may be gone
  // by then, so it refers to none that can be.
  void RunUnlocked(std::function<void()> errand);

  // Has all called at once.
  void CallAll();

  // Calls `call` with each target, on the calling thread, under the lock.
  void ForEach(const std::function<void(Timed&)>& call);

  // The target of that id, or nullptr. The pointer is good on the thread that
  // removes the target.
  [[nodiscard]] Timed* Find(TargetId id);

  // The CPU time that the thread has used.
  [[nodiscard]] std::chrono::nanoseconds CpuTime() const { return cpu_; }

 private:
  SamplingThread() = default;
  void Run();
  void RunErrands(std::unique_lock<Monitor>& lock);

  struct Entry {
    Timed* target;
    std::chrono::nanoseconds due;
  };

  // Held over Start and Stop, so that two callers do not join one thread.
  // Taken before mutex_.
  std::mutex life_mutex_;
  bool started_ = false;  // Guarded by life_mutex_, as is thread_.
  uv_thread_t thread_;

  Monitor mutex_;  // Guards all below.
  bool stopping_ = false;
  std::chrono::nanoseconds sleeps_until_ = std::chrono::nanoseconds::max();
  std::atomic<TargetId> last_id_{0};
  std::map<TargetId, Entry> entries_;
  std::vector<std::function<void()>> errands_;

  std::atomic<std::chrono::nanoseconds> cpu_{};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLING_THREAD_H_
