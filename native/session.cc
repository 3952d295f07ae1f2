#include "session.h"

#include <v8.h>

#include <algorithm>
#include <utility>

#include "clock.h"

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// How long one drawn interval is used: so long, and for so many samples. Each
// change restarts V8's thread, which costs a fraction of a millisecond on the
// JS thread and begins the wait for the next sample anew.
constexpr nanoseconds kRedrawAfter = std::chrono::seconds(5);
constexpr int kSamplesOfAnInterval = 20;

void OnInterrupt(v8::Isolate*, void* target) {
  // The number and not the address: an interrupt may come when the session has
  // been closed.
  const auto id = static_cast<SamplingThread::TargetId>(
      reinterpret_cast<uintptr_t>(target));
  DrainTarget* session = SamplingThread::Get().Find(id);
  if (session) static_cast<Session*>(session)->OnInterrupted();
}

}  // namespace

Session::Session(v8::Isolate* isolate, uv_loop_t* loop, ThreadId thread,
                 std::string thread_name, CodeLogging logging)
    : isolate_(isolate),
      thread_(thread),
      thread_name_(std::move(thread_name)),
      profiler_(isolate, logging),
      gc_clock_(isolate),
      // Deletes itself, see EventLoop::Close.
      loop_(new EventLoop(loop, [this] { OnWake(); })),
      target_(SamplingThread::Get().Add(this)) {
  loop_->HoldSamplingSignalWhilePolling();
}

Session::~Session() = default;

void Session::Close(Session* self, std::function<void()> done) {
  self->Stop();
  SamplingThread::Get().Remove(self->target_);
  EventLoop::Close(self->loop_, std::move(done));
  delete self;
}

bool Session::Unpause(std::shared_ptr<CountTable> table,
                      const IntervalSource& intervals) {
  if (running()) return true;
  IntervalSource source = intervals;
  const std::chrono::microseconds interval = source.Draw();
  if (!profiler_.Start(interval)) return false;
  table_ = std::move(table);
  intervals_ = source;
  interval_ = interval;
  drawn_at_ = MonotonicNow();
  drain_wall_ = drain_cpu_ = nanoseconds::zero();
  gc_clock_.Start();
  BeginWindow();
  RemindOfNextDrain();
  return true;
}

void Session::Pause() {
  if (!running()) return;
  DrainTo(Next::kRest);
  gc_clock_.Stop();
  SamplingThread::Get().Forget(target_);
  table_.reset();
}

void Session::Stop() {
  Pause();
  profiler_.Stop();
}

void Session::SetIntervals(const IntervalSource& intervals) {
  intervals_ = intervals;
  if (running()) DrainTo(Next::kOtherIntervals);
}

void Session::Drain() {
  if (!running()) return;
  const nanoseconds used = MonotonicNow() - drawn_at_;
  const bool redraw =
      used >= kRedrawAfter && used >= interval_ * kSamplesOfAnInterval;
  DrainTo(redraw ? Next::kNewInterval : Next::kGoOn);
}

void Session::OnInterrupted() {
  interrupt_pending_ = false;
  OnWake();
}

void Session::OnWake() {
  if (drain_wanted_) Drain();
}

void Session::RequestDrain() {
  drain_wanted_ = true;
  // A thread that runs JS meets the interrupt, one that waits wakes. Whichever
  // comes second finds that no drain is wanted any more.
  if (!interrupt_pending_.exchange(true)) {
    isolate_->RequestInterrupt(
        OnInterrupt, reinterpret_cast<void*>(static_cast<uintptr_t>(target_)));
  }
  loop_->Wake();
}

void Session::DrainTo(Next next) {
  const nanoseconds began = MonotonicNow();
  const nanoseconds cpu_began = ThreadCpuNow();
  drain_wanted_ = false;

  const IsolateProfiler::Marks marks{began, gc_clock_.pauses()};
  fold_.Clear();
  if (next == Next::kRest) {
    profiler_.Rest(marks, fold_);
  } else {
    if (next != Next::kGoOn) {
      interval_ = intervals_->Draw();
      drawn_at_ = began;
    }
    if (!profiler_.Rotate(interval_, marks, fold_)) {
      // V8 goes on with the last profile; its counts come with the next drain.
      RemindOfNextDrain();
      return;
    }
  }
  AddTimes(began, cpu_began);
  fold_.weights_end = next == Next::kRest || next == Next::kOtherIntervals;
  table_->Add(thread_, thread_name_, fold_);
  BeginWindow();

  drain_wall_ = window_wall_ - began;
  drain_cpu_ = window_cpu_ - cpu_began;
  plan_.Learn({.samples = fold_.samples,
               .nodes = fold_.nodes.size(),
               .frames = fold_.depths,
               .took = drain_wall_});
  if (next != Next::kRest) RemindOfNextDrain();
}

void Session::RemindOfNextDrain() {
  SamplingThread::Get().RemindAt(target_,
                                 MonotonicNow() + plan_.Length(interval_));
}

void Session::AddTimes(nanoseconds began, nanoseconds cpu_began) {
  const nanoseconds elapsed = began - window_wall_;
  const nanoseconds idle = std::clamp(loop_->IdleTime() - window_idle_,
                                      nanoseconds::zero(), elapsed);
  fold_.idle_wall = idle;
  const nanoseconds cpu =
      std::max(cpu_began - window_cpu_, nanoseconds::zero());
  fold_.gc_wall = std::min(gc_clock_.wall(), elapsed - idle);
  fold_.gc_cpu = std::min(gc_clock_.cpu(), cpu);
  fold_.busy_wall = elapsed - idle - fold_.gc_wall;
  fold_.busy_cpu = cpu - fold_.gc_cpu;
  fold_.profiler_wall = drain_wall_;
  fold_.profiler_cpu = drain_cpu_;
}

void Session::BeginWindow() {
  profiler_.EndDrain();
  gc_clock_.Clear();
  window_idle_ = loop_->IdleTime();
  window_cpu_ = ThreadCpuNow();
  window_wall_ = MonotonicNow();
}

}  // namespace ox_profile
