#ifndef OX_PROFILE_EVENT_LOOP_H_
#define OX_PROFILE_EVENT_LOOP_H_

#include <uv.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

namespace ox_profile {

// What the profiler needs of one thread's event loop: how long it has waited,
// quiet while it waits, and a way to be called on it from other threads.
// Called on the JS thread of the loop, unless a method says otherwise.
class EventLoop {
 public:
  // `on_wake` is called on the JS thread, from the loop, after Wake.
  EventLoop(uv_loop_t* loop, std::function<void()> on_wake);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Keeps V8's sampling signal out of the loop's waits. Otherwise each sample
  // ends a wait, timers that were due soon run at once and so fall into step
  // with the samples, and Node takes the waits for work. libuv has no way back
  // from this; where nothing sends the signal it changes nothing.
  //
  // A look for events that does not wait cannot be woken. It goes without, as
  // changing the signal mask would be a tenth of a short turn.
  void HoldSamplingSignalWhileWaiting();

  // How long the loop has waited for events since it began. Any thread.
  [[nodiscard]] std::chrono::nanoseconds IdleTime() const;

  // Calls `on_turn` on the JS thread each time the loop has done all that was
  // due and looks for more, and lets BusySince tell; until IgnoreTurns.
  void WatchTurns(std::function<void()> on_turn);
  void IgnoreTurns();

  // Calls `call` on the JS thread once the loop turns after `delay` or later.
  // In place of what was to be called before; nothing wakes the loop for it.
  void CallAfter(std::chrono::milliseconds delay, std::function<void()> call);

  // Since when the loop has been busy with one turn; now or
  // shortly before while it waits. Any thread, after WatchTurns.
  [[nodiscard]] std::chrono::nanoseconds BusySince() const;

  // Asks for a call of `on_wake`; several asks may lead to one call. Any
  // thread, as long as the object exists and Close was not called.
  void Wake();

  // Gives the handle back to libuv and deletes the object when libuv is done;
  // `on_wake` is not called any more and then `done` is, once.
  static void Close(EventLoop* self, std::function<void()> done);

 private:
  ~EventLoop() = default;
  static void OnAsyncClosed(uv_handle_t* handle);

  // Has OnPrepare called in each turn, between what was due and the look for
  // more.
  void Prepare();
  void OnPrepare();

  // Whether the look for events that comes next may wait. Called from
  // OnPrepare.
  [[nodiscard]] bool MayWait() const;

  uv_loop_t* loop_;
  uv_async_t async_;
  std::function<void()> on_wake_;
  std::function<void()> on_closed_;

  uv_prepare_t prepare_;
  bool prepares_ = false;

  // What libuv keeps in the loop's flags to hold the signal; 0 where that is
  // not ours to change.
  unsigned hold_flag_ = 0;

  std::function<void()> on_turn_;
  std::function<void()> on_due_;
  uint64_t due_ = UINT64_MAX;  // On the loop's clock, in milliseconds.
  // What IdleTime says as long as the loop does not wait.
  std::chrono::nanoseconds waited_{0};
  bool may_have_waited_ = true;  // Since waited_ was asked for.
  // When the last turn was, less what the loop had waited until then: with what
  // it has waited by now, the wait that followed the turn does not count. In
  // one number, as other threads read it at any time.
  std::atomic<std::chrono::nanoseconds> base_{};
};

}  // namespace ox_profile

#endif  // OX_PROFILE_EVENT_LOOP_H_
