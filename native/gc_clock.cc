#include "gc_clock.h"

#include "clock.h"

namespace ox_profile {

void GcClock::Start() {
  if (started_) return;
  started_ = true;
  depth_ = 0;
  Clear();
  isolate_->AddGCPrologueCallback(OnPrologue, this);
  isolate_->AddGCEpilogueCallback(OnEpilogue, this);
}

void GcClock::Stop() {
  if (!started_) return;
  started_ = false;
  isolate_->RemoveGCPrologueCallback(OnPrologue, this);
  isolate_->RemoveGCEpilogueCallback(OnEpilogue, this);
}

void GcClock::Clear() {
  pauses_.clear();
  wall_ = cpu_ = std::chrono::nanoseconds::zero();
}

void GcClock::OnPrologue(v8::Isolate*, v8::GCType, v8::GCCallbackFlags,
                         void* self) {
  auto* clock = static_cast<GcClock*>(self);
  if (clock->depth_++ > 0) return;
  clock->began_wall_ = MonotonicNow();
  clock->began_cpu_ = ThreadCpuNow();
}

void GcClock::OnEpilogue(v8::Isolate*, v8::GCType, v8::GCCallbackFlags,
                         void* self) {
  auto* clock = static_cast<GcClock*>(self);
  // An epilogue alone is that of a collection in which the clock was started.
  if (clock->depth_ == 0 || --clock->depth_ > 0) return;
  const std::chrono::nanoseconds now = MonotonicNow();
  clock->pauses_.push_back({clock->began_wall_, now});
  clock->wall_ += now - clock->began_wall_;
  clock->cpu_ += ThreadCpuNow() - clock->began_cpu_;
}

}  // namespace ox_profile
