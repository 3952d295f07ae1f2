#ifndef OX_PROFILE_SAMPLING_THREAD_H_
#define OX_PROFILE_SAMPLING_THREAD_H_

#include <uv.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace ox_profile {

// Somebody whom the sampling thread reminds to drain.
class DrainTarget {
 public:
  // Called on the sampling thread, with its lock held: only asks, does nothing.
  virtual void RequestDrain() = 0;

 protected:
  ~DrainTarget() = default;
};

// The one native thread of the process that decides when. It keeps the times at
// which targets want to be drained and asks them then; it holds no V8 handle.
// With no time to keep it sleeps on a condition variable and wakes for nothing.
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

  // Enters a target. It gets no reminder until RemindAt.
  [[nodiscard]] TargetId Add(DrainTarget* target);

  // Takes a target out; afterwards it is not called any more.
  void Remove(TargetId id);

  // Asks `id` once, at `due` on MonotonicNow's clock. Replaces the last time.
  void RemindAt(TargetId id, std::chrono::nanoseconds due);
  void Forget(TargetId id);

  // The target of that id, or nullptr. The pointer is good on the thread that
  // removes the target.
  [[nodiscard]] DrainTarget* Find(TargetId id);

 private:
  SamplingThread() = default;
  void Run();

  struct Reminder {
    DrainTarget* target;
    std::optional<std::chrono::nanoseconds> due;
  };

  // Held over Start and Stop, so that two callers do not join one thread.
  // Taken before mutex_.
  std::mutex life_mutex_;
  bool started_ = false;  // Guarded by life_mutex_, as is thread_.
  uv_thread_t thread_;

  std::mutex mutex_;  // Guards all below.
  std::condition_variable changed_;
  bool stopping_ = false;
  std::chrono::nanoseconds sleeps_until_ = std::chrono::nanoseconds::max();
  TargetId last_id_ = 0;
  std::map<TargetId, Reminder> reminders_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLING_THREAD_H_
