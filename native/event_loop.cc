#include "event_loop.h"

#include <csignal>
#include <utility>

#include "clock.h"

namespace ox_profile {

EventLoop::EventLoop(uv_loop_t* loop, std::function<void()> on_wake)
    : loop_(loop), on_wake_(std::move(on_wake)) {
  // Node has switched this on already; it is what makes IdleTime count.
  uv_loop_configure(loop_, UV_METRICS_IDLE_TIME);
  uv_async_init(loop_, &async_, [](uv_async_t* async) {
    auto* self = static_cast<EventLoop*>(async->data);
    if (self->on_wake_) self->on_wake_();
  });
  async_.data = this;
  // Nothing of ours keeps the program running.
  uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
}

void EventLoop::HoldSamplingSignalWhilePolling() {
#ifdef SIGPROF
  uv_loop_configure(loop_, UV_LOOP_BLOCK_SIGNAL, SIGPROF);
#endif
}

std::chrono::nanoseconds EventLoop::IdleTime() const {
  return std::chrono::nanoseconds(uv_metrics_idle_time(loop_));
}

void EventLoop::WatchTurns(std::function<void()> on_turn) {
  on_turn_ = std::move(on_turn);
  if (watches_turns_) return;
  watches_turns_ = true;
  base_ = MonotonicNow() - IdleTime();
  uv_prepare_init(loop_, &prepare_);
  prepare_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* prepare) {
    auto* self = static_cast<EventLoop*>(prepare->data);
    // First: whoever is told of the turn may ask how long ago it was.
    self->base_.store(MonotonicNow() - self->IdleTime(),
                      std::memory_order_relaxed);
    if (self->on_turn_) self->on_turn_();
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
}

std::chrono::nanoseconds EventLoop::BusySince() const {
  return IdleTime() + base_.load(std::memory_order_relaxed);
}

void EventLoop::Wake() { uv_async_send(&async_); }

void EventLoop::OnAsyncClosed(uv_handle_t* handle) {
  auto* self = static_cast<EventLoop*>(handle->data);
  const std::function<void()> on_closed = std::move(self->on_closed_);
  delete self;
  on_closed();
}

void EventLoop::Close(EventLoop* self, std::function<void()> done) {
  self->on_wake_ = nullptr;
  self->on_turn_ = nullptr;
  self->on_closed_ = std::move(done);
  if (!self->watches_turns_) {
    uv_close(reinterpret_cast<uv_handle_t*>(&self->async_), OnAsyncClosed);
    return;
  }
  // One after the other; the last one deletes.
  uv_close(
      reinterpret_cast<uv_handle_t*>(&self->prepare_), [](uv_handle_t* handle) {
        auto* self = static_cast<EventLoop*>(handle->data);
        uv_close(reinterpret_cast<uv_handle_t*>(&self->async_), OnAsyncClosed);
      });
}

}  // namespace ox_profile
