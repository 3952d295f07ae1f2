#include "event_loop.h"

#include <csignal>
#include <utility>

#include "clock.h"

namespace ox_profile {

namespace {

// The first in one of libuv's queues, or the queue itself where there is none.
// In older headers they are arrays.
[[maybe_unused]] const void* FirstOf(void* const (&queue)[2]) {
  return queue[0];
}
template <typename Queue>
const void* FirstOf(const Queue& queue) {
  return queue.next;
}

}  // namespace

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

void EventLoop::HoldSamplingSignalWhileWaiting() {
#ifdef SIGPROF
  const auto before = loop_->flags;
  uv_loop_configure(loop_, UV_LOOP_BLOCK_SIGNAL, SIGPROF);
  // libuv does not publish which flag it is. Where it was there before, it is
  // somebody else's.
  hold_flag_ = static_cast<unsigned>(loop_->flags & ~before);
  if (hold_flag_ != 0) Prepare();
#endif
}

std::chrono::nanoseconds EventLoop::IdleTime() const {
  return std::chrono::nanoseconds(uv_metrics_idle_time(loop_));
}

void EventLoop::WatchTurns(std::function<void()> on_turn) {
  on_turn_ = std::move(on_turn);
  may_have_waited_ = true;
  base_ = MonotonicNow() - IdleTime();
  Prepare();
}

void EventLoop::CallAfter(std::chrono::milliseconds delay,
                          std::function<void()> call) {
  on_due_ = std::move(call);
  due_ = uv_now(loop_) + static_cast<uint64_t>(delay.count());
  Prepare();
}

void EventLoop::IgnoreTurns() { on_turn_ = nullptr; }

void EventLoop::Prepare() {
  if (prepares_) return;
  prepares_ = true;
  uv_prepare_init(loop_, &prepare_);
  prepare_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* prepare) {
    static_cast<EventLoop*>(prepare->data)->OnPrepare();
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
}

void EventLoop::OnPrepare() {
  const bool may_wait = MayWait();
#ifdef SIGPROF
  if (may_wait) {
    loop_->flags |= hold_flag_;
  } else {
    loop_->flags &= ~static_cast<decltype(loop_->flags)>(hold_flag_);
  }
#endif
  if (uv_now(loop_) >= due_) {
    due_ = UINT64_MAX;
    // It may set the next one.
    const std::function<void()> call = std::exchange(on_due_, nullptr);
    call();
  }
  if (on_turn_) {
    if (may_have_waited_) waited_ = IdleTime();
    // First: whoever is told of the turn may ask how long ago it was.
    base_.store(MonotonicNow() - waited_, std::memory_order_relaxed);
    may_have_waited_ = may_wait;
    on_turn_();
  }
}

bool EventLoop::MayWait() const {
#ifdef _WIN32
  return true;
#else
  // With descriptors that are new to it libuv says 0, whatever it will do.
  return FirstOf(loop_->watcher_queue) != &loop_->watcher_queue ||
         uv_backend_timeout(loop_) != 0;
#endif
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
  self->due_ = UINT64_MAX;
  self->on_closed_ = std::move(done);
#ifdef SIGPROF
  // As libuv was told, for another copy of us may count on it.
  self->loop_->flags |= self->hold_flag_;
#endif
  if (!self->prepares_) {
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
