#include "environment.h"

#include <node_api.h>
#include <uv.h>
#include <v8.h>

#include "budget_keeper.h"
#include "clock.h"
#include "costs.h"
#include "exit_hook.h"
#include "stalls.h"

namespace ox_profile {

void Environment::Install(Napi::Env env) {
  // Deleted by node-addon-api's finalizer when the environment ends.
  env.SetInstanceData<Environment>(new Environment(env));
}

Environment& Environment::Of(Napi::Env env) {
  return *env.GetInstanceData<Environment>();
}

Environment::Environment(Napi::Env env) : env_(env) {}

Environment::~Environment() = default;

void Environment::Join(ThreadId thread, const std::string& name) {
  if (session_) return;
  // The addon may be loaded into a thread again, when its modules were thrown
  // out of require.cache. The first session serves all; it ends last, as Node
  // ends what was begun last first.
  session_ = Session::OfThisThread();
  if (session_) {
    napi_add_env_cleanup_hook(
        env_, [](void* self) { static_cast<Environment*>(self)->Leave(); },
        this);
    return;
  }
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env_, &loop);
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  // Deleted by Session::Close.
  session_ = new Session(isolate, loop, thread, name);

  // Node runs the hook when the environment ends, while its isolate and loop
  // still live, and waits until the loop's handle is closed.
  napi_add_async_cleanup_hook(
      env_,
      [](napi_async_cleanup_hook_handle, void* self) {
        static_cast<Environment*>(self)->Close();
      },
      this, &cleanup_hook_);

  // process.exit() skips cleanup hooks, and then V8's thread would go on to
  // signal this one while the process is being taken apart. The session's
  // number and not its address, see CallAtExit.
  CallAtExit(
      isolate,
      [](void* id) {
        Timed* target =
            SamplingThread::Get().Find(static_cast<SamplingThread::TargetId>(
                reinterpret_cast<uintptr_t>(id)));
        if (target) static_cast<Session*>(target)->Stop();
        StallBook::Get().Flush();
      },
      reinterpret_cast<void*>(static_cast<uintptr_t>(session_->id())));
}

SamplingThread::StartResult Environment::StartSampling(
    const std::function<void(Order&)>& order, const StartOptions& options) {
  const SamplingThread::StartResult result = SamplingThread::Get().Start();
  if (result != SamplingThread::StartResult::kStarted) return result;
  started_ = true;
  Costs::Get().Clear();
  Orders::Get().Give(order);
  // The caller deals with code that was hot before. Threads that follow are
  // counted as late where they had such.
  const Order current = Orders::Get().Current();
  if (current.Concerns(session_->thread())) session_->Listen(current);
  session_->Follow();
  BudgetKeeper::Get().Begin(options.max_overhead);
  StallBook::Get().Begin(options.stalls_kept, options.stall_file);
  SamplingThread::Get().CallAll();
  return result;
}

void Environment::EndSampling() {
  if (!started_) return;
  started_ = false;
  BudgetKeeper::Get().End();
  Orders::Get().Give([](Order& order) { order = Order(); });
  if (session_) session_->Follow();
  StallBook::Get().End();
  // From here on another thread may start, and nothing of its may be touched.
  SamplingThread::Get().Stop();
  // The other threads' sessions learn of it from this one: the sampling thread
  // is gone.
  SamplingThread::Get().ForEach(
      [now = MonotonicNow()](Timed& target) { target.OnTime(now); });
}

void Environment::Leave() {
  EndSampling();
  session_ = nullptr;
}

void Environment::Close() {
  const napi_async_cleanup_hook_handle hook = cleanup_hook_;
  EndSampling();
  Session* session = session_;
  session_ = nullptr;
  Session::Close(session, [hook] { napi_remove_async_cleanup_hook(hook); });
}

}  // namespace ox_profile
