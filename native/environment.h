#ifndef OX_PROFILE_ENVIRONMENT_H_
#define OX_PROFILE_ENVIRONMENT_H_

#include <napi.h>

#include <functional>
#include <string>

#include "orders.h"
#include "session.h"

namespace ox_profile {

// What a launcher wants that concerns no thread in particular.
struct StartOptions {
  double max_overhead;
  size_t stalls_kept;
  std::string stall_file;  // Empty: none.
};

// What the addon keeps for one Node environment (the main thread's or a
// worker's), from load to the end of the environment. All methods are called on
// its JS thread.
class Environment {
 public:
  // Makes it the instance data of `env`, which deletes it.
  static void Install(Napi::Env env);
  static Environment& Of(Napi::Env env);

  explicit Environment(Napi::Env env);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // Makes the session of this thread, unless there is one. It does nothing
  // until it is told to.
  void Join(ThreadId thread, const std::string& name);
  [[nodiscard]] Session* session() const { return session_; }

  // Starts the sampling thread of the process in this environment's name, so
  // that it ends with it at the latest.
  [[nodiscard]] SamplingThread::StartResult StartSampling(
      const std::function<void(Order&)>& order, const StartOptions& options);
  void EndSampling();

 private:
  // Where the session is another environment's.
  void Leave();
  void Close();

  napi_env env_;
  // Ended by Session::Close, which libuv has to have a part in; by that of this
  // thread's environments that made it.
  Session* session_ = nullptr;
  napi_async_cleanup_hook_handle cleanup_hook_ = nullptr;
  bool started_ = false;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_ENVIRONMENT_H_
