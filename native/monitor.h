#ifndef OX_PROFILE_MONITOR_H_
#define OX_PROFILE_MONITOR_H_

#include <uv.h>

#include <chrono>
#include <mutex>

namespace ox_profile {

// A mutex whose holders can wait for each other. Waits are timed by the
// monotonic clock: a step of the system's clock changes none of them. (Those of
// std::condition_variable it does change, where the C library is older than
// glibc 2.30, or is another.)
//
// To be locked by std::scoped_lock and std::unique_lock. Any thread.
class Monitor {
 public:
  Monitor();
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  void lock() { uv_mutex_lock(&mutex_); }
  void unlock() { uv_mutex_unlock(&mutex_); }

  // Until notified, or for no reason.
  void Wait(std::unique_lock<Monitor>& lock);
  // For `most` at the longest.
  void WaitFor(std::unique_lock<Monitor>& lock, std::chrono::nanoseconds most);

  void NotifyOne() { uv_cond_signal(&changed_); }
  void NotifyAll() { uv_cond_broadcast(&changed_); }

 private:
  uv_mutex_t mutex_;
  uv_cond_t changed_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_MONITOR_H_
