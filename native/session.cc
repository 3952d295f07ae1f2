#include "session.h"

#include <v8.h>

#include <algorithm>
#include <utility>

#include "clock.h"
#include "costs.h"
#include "stack_capture.h"
#include "stalls.h"
#include "thread_names.h"

namespace ox_profile {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// How long one drawn interval is used: so long, and for so many samples. Each
// change restarts V8's thread, which costs a fraction of a millisecond on the
// JS thread and begins the wait for the next sample anew.
constexpr nanoseconds kRedrawAfter = std::chrono::seconds(5);
constexpr int kSamplesOfAnInterval = 20;

// A thread that came to be profiled when it was older than this had hot code.
constexpr nanoseconds kYoung = milliseconds(50);

// Who starts a launcher mostly unpauses it soon, and when it is started a
// program makes most of its code. For so long V8's profiler rests lightly.
constexpr nanoseconds kSoon = std::chrono::seconds(2);

// So often what V8's profiler has seen at rest is thrown away: some dozens of
// samples, which are gone in a fraction of a millisecond.
constexpr milliseconds kRenewRest = std::chrono::seconds(15);

thread_local Session* session_of_thread = nullptr;

}  // namespace

Session::Session(v8::Isolate* isolate, uv_loop_t* loop, ThreadId thread,
                 std::string thread_name)
    : isolate_(isolate),
      thread_(thread),
      thread_name_(std::move(thread_name)),
      born_(MonotonicNow()),
      gc_clock_(isolate),
      // Deletes itself, see EventLoop::Close.
      loop_(new EventLoop(loop, [this] { Visit(Caller::kLoop); })) {
  session_of_thread = this;
  target_ = SamplingThread::Get().NewId();
  // Last: the sampling thread may call at once.
  SamplingThread::Get().Add(target_, this);
}

Session::~Session() = default;

Session* Session::OfThisThread() { return session_of_thread; }

void Session::Close(Session* self, std::function<void()> done) {
  SamplingThread::Get().Remove(self->target_);
  self->Stop();
  if (self->last_table_) self->last_table_->EndThread(self->thread_);
  session_of_thread = nullptr;
  ForgetNameOfThread(self->thread_);
  EventLoop::Close(self->loop_, std::move(done));
  delete self;
}

void Session::Listen(const Order& coming) {
  if (Begins()) begun_++;
  if (!profiler_) {
    logging_ = coming.logging;
    const nanoseconds began = MonotonicNow();
    const nanoseconds cpu_began = ThreadCpuNow();
    profiler_ = std::make_unique<IsolateProfiler>(isolate_, logging_);
    Costs::Get().made.Add(MonotonicNow() - began, ThreadCpuNow() - cpu_began);
    loop_->HoldSamplingSignalWhileWaiting();
  }
  if (!sampling()) RestUntil(coming);
  // A lazy one does not rest here, see Unpause.
  if (logging_ == CodeLogging::kEager) NoteSignalCost();
}

// Only while V8 profiles this thread: then no other thread's profiler that ends
// takes the signal's handler away, without which the signal ends the process.
void Session::NoteSignalCost() {
  if (const auto took = profiler_->TimeSignal()) {
    Costs::Get().NoteSignal(*took);
  }
}

// A lazy one begins at each unpause().
bool Session::Begins() const {
  return !profiler_ ||
         (logging_ == CodeLogging::kEager && !profiler_->knows_code());
}

void Session::RestUntil(const Order& coming) {
  FollowIntervals(coming);
  const bool soon = coming.sampling || rest_due_.load() != kNever;
  profiler_->Listen(interval_, soon ? IsolateProfiler::Rest::kLight
                                    : IsolateProfiler::Rest::kRest);
  RenewRestLater();
}

void Session::RenewRestLater() {
  loop_->CallAfter(kRenewRest, [this] {
    if (sampling() || !profiler_->knows_code()) return;
    profiler_->RenewRest();
    RenewRestLater();
  });
}

bool Session::Follow() {
  const uint64_t number = Orders::Get().number();
  if (number == followed_) return true;
  const Order last = std::exchange(order_, Orders::Get().Current());
  followed_ = number;
  park_after_ = order_.park_after;
  if (!order_.Concerns(thread_)) {
    if (last.Concerns(thread_)) Stop();
    return true;
  }
  if (!last.Concerns(thread_)) {
    Costs::Get().joins++;
    if (Begins() && MonotonicNow() - born_ > kYoung) Costs::Get().late_joins++;
    if (order_.logging == CodeLogging::kEager && !order_.sampling) {
      const nanoseconds due = MonotonicNow() + kSoon;
      rest_due_ = due;
      SamplingThread::Get().CallAt(target_, due);
    }
    Listen(order_);
  }
  if (sampling() && (!order_.sampling || order_.table != table_)) Pause();
  if (!order_.sampling) {
    RestUntil(order_);
    return true;
  }
  if (!sampling()) return Unpause();
  if (order_.interval != last.interval || order_.jitter != last.jitter ||
      order_.stretch != last.stretch) {
    DrainTo(Next::kOtherIntervals);
  }
  return true;
}

std::string Session::Name() const {
  return NameOfThread(thread_, thread_name_);
}

void Session::FollowIntervals(const Order& order) {
  const std::tuple wanted(order.interval, order.jitter, order.stretch);
  if (intervals_ && intervals_ordered_ == wanted) return;
  intervals_ordered_ = wanted;
  intervals_ = order.MakeIntervals(static_cast<uint32_t>(thread_));
  interval_ = intervals_->Draw();
}

bool Session::Unpause() {
  FollowIntervals(order_);
  rest_due_ = kNever;
  profiler_->BeginDrain();
  if (!profiler_->Start(interval_, intervals_->DrawPhase(interval_))) {
    profiler_->GiveUpDrain();
    return false;
  }
  // What it samples before BeginWindow is not the program's.
  if (logging_ == CodeLogging::kLazy) NoteSignalCost();
  last_table_ = table_ = order_.table;
  table_->BeginThread(thread_, Name());
  drawn_at_ = MonotonicNow();
  leaves_late_ = true;
  drain_wall_ = drain_cpu_ = nanoseconds::zero();
  stuck_watch_.Begin();
  gc_clock_.Start();
  isolate_->AddBeforeCallEnteredCallback(OnJsEntered);
  BeginWindow();
  may_park_ = logging_ == CodeLogging::kEager;
  if (order_.stall_threshold > nanoseconds::zero()) {
    loop_->WatchTurns([this] { OnTurn(); });
  }
  stall_watch_.Begin(order_.stall_threshold);
  PlanNextDrain();
  return true;
}

void Session::Pause() {
  if (!sampling()) return;
  DrainTo(Next::kPause);
  gc_clock_.Stop();
  isolate_->RemoveBeforeCallEnteredCallback(OnJsEntered);
  loop_->IgnoreTurns();
  drain_due_ = kNever;
  may_park_ = false;
  stall_watch_.End();
  if (parked_) {
    parked_ = false;
    Costs::Get().parked_nanos += (MonotonicNow() - parked_at_).count();
  }
  table_.reset();
  RenewRestLater();
}

void Session::Stop() {
  Pause();
  rest_due_ = kNever;
  if (profiler_) profiler_->Stop();
}

void Session::Drain() {
  if (!sampling()) return;
  const nanoseconds used = MonotonicNow() - drawn_at_;
  const bool redraw =
      used >= kRedrawAfter && used >= interval_ * kSamplesOfAnInterval;
  DrainTo(redraw && !parked_ ? Next::kNewInterval : Next::kGoOn);
}

void Session::Park() {
  if (!sampling() || parked_) return;
  const nanoseconds cpu_began = ThreadCpuNow();
  DrainTo(Next::kPark);
  parked_ = true;
  parked_at_ = MonotonicNow();
  drain_due_ = kNever;
  may_park_ = false;
  stall_watch_.Rest();
  Costs::Get().parks++;
  parking_.LearnPark(ThreadCpuNow() - cpu_began);
}

void Session::Unpark() {
  profiler_->BeginDrain();
  const nanoseconds began = MonotonicNow();
  const nanoseconds cpu_began = ThreadCpuNow();
  // The wait ends here, and what follows until the program goes on is ours.
  fold_.Clear();
  AddTimes(began, cpu_began);
  AddWindow(began);
  parked_ = false;
  Costs::Get().parked_nanos += (began - parked_at_).count();
  // Where V8 refuses, as it never should, the next drain finds nothing and the
  // time is not divided.
  const bool started =
      profiler_->Start(interval_, intervals_->DrawPhase(interval_));
  if (started) {
    may_park_ = true;
    stall_watch_.Begin(order_.stall_threshold);
    PlanNextDrain();
  }
  leaves_late_ = true;
  BeginWindow();
  drain_wall_ = window_wall_ - began;
  drain_cpu_ = window_cpu_ - cpu_began;
  Costs::Get().wakes.Add(drain_wall_, drain_cpu_);
  parking_.LearnWake(drain_cpu_);
}

void Session::OnJsEntered(v8::Isolate*) {
  Session* self = session_of_thread;
  if (self == nullptr) return;
  // Nobody else counts, and to add as one step would cost more.
  self->js_entries_.store(self->js_entries_.load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
  if (self->parked_) self->Unpark();
  if (self->park_wanted_) {
    // It came first; the next wait may be longer.
    self->park_wanted_ = false;
    self->may_park_ = true;
  }
}

void Session::RequestDrain() {
  drain_wanted_ = true;
  Summon();
}

void Session::Ask(std::shared_ptr<Inquiry> inquiry) {
  inquiry->Expect(thread_, Name());
  {
    const std::scoped_lock lock(inquiries_mutex_);
    // A thread in native code may be asked again and again.
    std::erase_if(inquiries_, [now = MonotonicNow()](const auto& earlier) {
      return earlier->IsOver(now);
    });
    inquiries_.push_back(std::move(inquiry));
  }
  Summon();
}

void Session::AnswerAll(Caller caller) {
  std::vector<std::shared_ptr<Inquiry>> inquiries;
  {
    const std::scoped_lock lock(inquiries_mutex_);
    inquiries.swap(inquiries_);
  }
  // What costs something is done once for all of them.
  bool drained = false;
  std::optional<std::vector<StackFrame>> stack;
  const nanoseconds now = MonotonicNow();
  for (const std::shared_ptr<Inquiry>& inquiry : inquiries) {
    if (inquiry->IsOver(now)) continue;
    if (inquiry->question() == Inquiry::Question::kCounts) {
      if (!std::exchange(drained, true)) Drain();
      inquiry->Give(thread_, StateOf(caller), {});
    } else if (caller == Caller::kLoop) {
      inquiry->Give(thread_, StateOf(caller), {});
    } else {
      if (!stack) stack = CaptureStack(isolate_);
      inquiry->Give(thread_, StateOf(caller), *stack);
    }
  }
}

Inquiry::State Session::StateOf(Caller caller) {
  return caller == Caller::kLoop ? Inquiry::State::kWaiting
                                 : Inquiry::State::kRunning;
}

void Session::AnswerNow(Inquiry& inquiry) {
  const bool counts = inquiry.question() == Inquiry::Question::kCounts;
  if (counts) Drain();
  inquiry.Give(thread_, Inquiry::State::kRunning,
               counts ? std::vector<StackFrame>() : CaptureStack(isolate_));
}

nanoseconds Session::WatchForStall(nanoseconds now) {
  const nanoseconds since = loop_->BusySince();
  if (const auto look = stall_watch_.Look(now, since)) return *look;
  stall_watch_.Open(thread_, Name(), since);
  RequestDrain();
  return kNever;
}

void Session::OnTurn() {
  if (!stall_watch_.stalled()) return;
  if (sampling()) Drain();
  stall_watch_.Close();
  // So that the next one is seen.
  SamplingThread::Get().CallAt(target_, nanoseconds::zero());
}

nanoseconds Session::OnTime(nanoseconds now) {
  if (Orders::Get().number() != followed_) Summon();
  if (drain_due_.load() <= now) {
    drain_due_ = kNever;
    RequestDrain();
  }
  if (rest_due_.load() <= now) {
    rest_due_ = kNever;
    rest_wanted_ = true;
    Summon();
  }
  nanoseconds next =
      std::min({drain_due_.load(), rest_due_.load(), WatchForStall(now)});
  if (may_park_) {
    const nanoseconds park_after = park_after_;
    const auto since = parking_.Look(now, loop_->IdleTime(), js_entries_);
    if (since && now - *since >= park_after) {
      may_park_ = false;
      park_wanted_ = true;
      Summon();
    } else {
      next = std::min(next, since ? *since + park_after : now + park_after);
    }
  }
  return next;
}

void Session::Summon() {
  // A thread that runs JS meets the interrupt, one that waits wakes. Whichever
  // comes second finds that there is nothing to do any more.
  if (!interrupt_pending_.exchange(true)) {
    isolate_->RequestInterrupt(
        OnInterrupt, reinterpret_cast<void*>(static_cast<uintptr_t>(target_)));
  }
  loop_->Wake();
}

void Session::OnInterrupt(v8::Isolate*, void* id) {
  // The number and not the address: an interrupt may come when the session has
  // been closed.
  Session* self = session_of_thread;
  if (self == nullptr ||
      self->target_ != static_cast<SamplingThread::TargetId>(
                           reinterpret_cast<uintptr_t>(id))) {
    return;
  }
  self->interrupt_pending_ = false;
  self->Visit(Caller::kInterrupt);
}

void Session::Visit(Caller caller) {
  Follow();
  if (rest_wanted_.exchange(false) && order_.Concerns(thread_) && !sampling()) {
    RestUntil(order_);
  }
  if (drain_wanted_) Drain();
  AnswerAll(caller);
  if (park_wanted_ && caller == Caller::kLoop) {
    park_wanted_ = false;
    Park();
  }
}

void Session::DrainTo(Next next) {
  profiler_->BeginDrain();
  const nanoseconds began = MonotonicNow();
  const nanoseconds cpu_began = ThreadCpuNow();
  drain_wanted_ = false;
  fold_.Clear();
  if (!TakeCounts(next, began)) {
    profiler_->GiveUpDrain();
    PlanNextDrain();
    return;
  }
  Costs::Get().samples += fold_.samples;
  Costs::Get().truncated += fold_.truncated;
  Costs::Get().NoteSample(profiler_->CostOfSample());
  Costs::Get().in_builtins += fold_.in_builtins;
  Costs::Get().corrected += fold_.corrected;
  AddTimes(began, cpu_began);
  fold_.weights_end = next == Next::kPause || next == Next::kOtherIntervals;
  const bool goes_on = next != Next::kPause && next != Next::kPark && !parked_;
  if (goes_on) {
    MakeAnewWhenStuck(cpu_began - window_cpu_);
  }
  AddWindow(began);
  BeginWindow();

  drain_wall_ = window_wall_ - began;
  drain_cpu_ = window_cpu_ - cpu_began;
  Costs::Get().drains.Add(drain_wall_, drain_cpu_);
  if (drains_early_) Costs::Get().early_drains_cpu += drain_cpu_.count();
  plan_.Learn({.samples = fold_.samples,
               .nodes = fold_.nodes.size(),
               .frames = fold_.depths,
               .took = drain_wall_});
  if (goes_on) PlanNextDrain();
}

bool Session::TakeCounts(Next next, nanoseconds began) {
  if (next == Next::kNewInterval) interval_ = intervals_->Draw();
  if (next == Next::kOtherIntervals) FollowIntervals(order_);
  if (next == Next::kNewInterval || next == Next::kOtherIntervals) {
    drawn_at_ = began;
  }
  // V8's profiler rests already, and only time has passed.
  if (parked_) return true;
  const IsolateProfiler::Marks marks{began, gc_clock_.pauses(),
                                     std::exchange(leaves_late_, false)};
  if (next == Next::kPause || next == Next::kPark) {
    profiler_->EndIn(next == Next::kPause ? IsolateProfiler::Rest::kRest
                                          : IsolateProfiler::Rest::kSleep,
                     marks, fold_);
    return true;
  }
  return profiler_->Rotate(interval_, marks, fold_);
}

void Session::MakeAnewWhenStuck(nanoseconds busy_cpu) {
  const nanoseconds now = MonotonicNow();
  const nanoseconds cpu_now = ThreadCpuNow();
  const std::optional<uint64_t> lost =
      stuck_watch_.Learn({.samples = fold_.samples,
                          .busy_cpu = busy_cpu,
                          .interval = interval_,
                          .now = now});
  if (!lost) return;
  fold_.lost = *lost;
  Costs::Get().lost += fold_.lost;
  fold_.nodes.clear();  // Nothing was hit, and the names go with the profiler.
  fold_.frames.clear();
  // Where V8 refuses the next drain finds nothing again.
  if (profiler_->Renew(interval_, intervals_->DrawPhase(interval_))) {
    Costs::Get().repairs.Add(MonotonicNow() - now, ThreadCpuNow() - cpu_now);
  }
}

void Session::PlanNextDrain() {
  const nanoseconds now = MonotonicNow();
  const nanoseconds length = plan_.Length(interval_);
  const nanoseconds park_after = parking_.After(interval_, order_.park_after);
  drain_due_ = now + length;
  drains_early_ = length < RotationPlan::kLongest;
  park_after_ = park_after;
  nanoseconds look = length;
  if (may_park_) look = std::min(look, park_after);
  const nanoseconds threshold = stall_watch_.threshold();
  if (threshold > nanoseconds::zero()) look = std::min(look, threshold);
  SamplingThread::Get().CallAt(target_, now + look);
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

void Session::AddWindow(nanoseconds ended) {
  fold_.ended_at = ended;
  const std::optional<StallWatch::Stalled> stall = stall_watch_.stalled();
  if (stall && !fold_.nodes.empty()) {
    profiler_->CountStallHits(stall->began, fold_);
  }
  table_->Add(thread_, Name(), fold_, table_epoch_);
  if (stall) StallBook::Get().Add(stall->id, fold_);
}

void Session::BeginWindow() {
  gc_clock_.Clear();
  const uint64_t epoch = table_->epoch();
  if (std::exchange(table_epoch_, epoch) != epoch) leaves_late_ = true;
  window_idle_ = loop_->IdleTime();
  window_cpu_ = ThreadCpuNow();
  window_wall_ = MonotonicNow();
  profiler_->EndDrain();
}

}  // namespace ox_profile
