#include "event_loop.h"

#include <csignal>
#include <utility>

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

void EventLoop::Wake() { uv_async_send(&async_); }

void EventLoop::Close(EventLoop* self, std::function<void()> done) {
  self->on_wake_ = nullptr;
  self->on_closed_ = std::move(done);
  uv_close(
      reinterpret_cast<uv_handle_t*>(&self->async_), [](uv_handle_t* handle) {
        auto* closed = static_cast<EventLoop*>(handle->data);
        const std::function<void()> on_closed = std::move(closed->on_closed_);
        delete closed;
        on_closed();
      });
}

}  // namespace ox_profile
