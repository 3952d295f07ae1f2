#include "isolate_profiler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "clock.h"
#include "line_ends.h"
#include "profile_folder.h"
#include "sampled_thread.h"
#include "sampling_handler.h"
#include "sampling_signal.h"
#include "short_slice.h"
#include "v8_compat.h"

namespace ox_profile {

namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

// V8 snaps intervals to multiples of this.
constexpr microseconds kBaseInterval{1};

// V8 deals with the news of new code when it samples, so while JS runs it is
// not left alone for long.
microseconds LengthOf(IsolateProfiler::Rest rest) {
  switch (rest) {
    case IsolateProfiler::Rest::kLight:
      return std::chrono::milliseconds(10);
    case IsolateProfiler::Rest::kRest:
      return std::chrono::milliseconds(250);
    case IsolateProfiler::Rest::kSleep:
      break;
  }
  return std::chrono::seconds(10);
}

// The multiple of `interval` next to the rest's: where V8's profiles overlap it
// samples at the greatest common divisor of their intervals, and when that
// changes it makes its thread anew.
microseconds InStepWith(microseconds interval, IsolateProfiler::Rest rest) {
  return interval * std::max<int64_t>(1, LengthOf(rest) / interval);
}

struct CpuProfilerDisposer {
  void operator()(v8::CpuProfiler* profiler) const { profiler->Dispose(); }
};
using CpuProfilerPtr = std::unique_ptr<v8::CpuProfiler, CpuProfilerDisposer>;

struct CpuProfileDeleter {
  void operator()(v8::CpuProfile* profile) const { profile->Delete(); }
};
using CpuProfilePtr = std::unique_ptr<v8::CpuProfile, CpuProfileDeleter>;

// While it lives V8 changes from one profile to another. The thread does not do
// the program's work, so that what V8's threads then send is no sample; and a
// thread that V8 starts will be in time.
class Change {
 public:
  explicit Change(SampledThread& thread) : discards_(thread) {}

 private:
  struct Discards {
    explicit Discards(SampledThread& thread) : thread(thread) {
      thread.BeginDiscard();
    }
    ~Discards() { thread.EndDiscard(); }
    SampledThread& thread;
  };

  Discards discards_;  // Ends after the hold, which lets the last signal in.
  SamplingSignalHold hold_;
  ShortSlice slice_;
};

// A profile that V8 is recording, and when it was started by our clock.
struct RunningProfile {
  v8::ProfilerId id;
  nanoseconds started;
};

}  // namespace

class IsolateProfiler::State {
 public:
  State(v8::Isolate* isolate, CodeLogging logging)
      : isolate_(isolate),
        logging_(logging),
        thread_(SampledThread::Enter(isolate)) {
    Make();
  }

  ~State() {
    Stop();
    thread_.Leave();
  }

  bool running() const { return running_.has_value(); }
  bool knows_code() const { return running_ || resting_; }

  std::optional<RunningProfile> StartProfile(microseconds interval,
                                             unsigned listed) {
    const nanoseconds now = MonotonicNow();
    const v8::CpuProfilingResult result =
        profiler_->Start(v8_compat::ProfileOptions(listed, interval));
    if (result.status != v8::CpuProfilingStatus::kStarted) return std::nullopt;
    PlaceSamplingHandler(false);
    return RunningProfile{result.id, now};
  }

  bool Start(microseconds interval, nanoseconds first) {
    const v8::HandleScope scope(isolate_);
    if (logging_ == CodeLogging::kLazy) ComputeLineEnds(isolate_);
    thread_.ForgetDue();
    {
      const Change change(thread_);
      running_ = StartProfile(interval, kMaxListedSamples);
      if (running_) EndRest();
    }
    interval_ = interval;
    folder_.EndChain();
    if (!running_) return false;
    // What came at rest is nobody's.
    thread_.ForgetNotes();
    counts_ = thread_.counts();
    thread_.BeginPhase(first, interval);
    return true;
  }

  void Listen(microseconds interval, IsolateProfiler::Rest rest) {
    if (logging_ == CodeLogging::kLazy || running_) return;
    const microseconds wanted = InStepWith(interval, rest);
    if (resting_ && rest_interval_ == wanted) return;
    const v8::HandleScope scope(isolate_);
    const Change change(thread_);
    BeginRest(wanted);
  }

  void RenewRest() {
    if (!resting_) return;
    const v8::HandleScope scope(isolate_);
    const Change change(thread_);
    BeginRest(rest_interval_);
  }

  bool Renew(microseconds interval, nanoseconds first) {
    Stop();
    Make();
    return Start(interval, first);
  }

#ifdef OX_PROFILE_INJECT_FAULTS
  void Jam() { jammed_ = true; }
#endif

  bool Rotate(microseconds next_interval, const Marks& marks, Fold& fold) {
    const v8::HandleScope scope(isolate_);
    if (next_interval != interval_ || !thread_.in_phase()) thread_.EndPhase();
    {
      const Change change(thread_);
      const std::optional<RunningProfile> next =
          StartProfile(next_interval, kMaxListedSamples);
      if (!next) return false;
      EndRunning();
      running_ = next;
    }
    FoldEnded(marks, fold);
    if (next_interval != interval_) folder_.EndChain();
    interval_ = next_interval;
    return true;
  }

  void EndIn(IsolateProfiler::Rest rest, const Marks& marks, Fold& fold) {
    const v8::HandleScope scope(isolate_);
    thread_.EndPhase();
    // A lazy one stops, and so does one that V8 refuses a profile.
    if (logging_ == CodeLogging::kEager) {
      const Change change(thread_);
      BeginRest(InStepWith(interval_, rest));
      if (resting_) EndRunning();
    }
    EndRunning();
    FoldEnded(marks, fold);
  }

  std::optional<nanoseconds> TimeSignal() {
    thread_.BeginDiscard();
    const std::optional<nanoseconds> took = TimeSamplingSignal();
    thread_.EndDiscard();
    return took;
  }

  nanoseconds CostOfSample() const { return thread_.cost_of_sample(); }

  void CountStallHits(nanoseconds began, Fold& fold) const {
    folder_.CountStallHits(began, fold);
  }

  void Stop() {
    const v8::HandleScope scope(isolate_);
    // First: with V8's last profile the signal's handler goes.
    thread_.EndPhase();
    ended_.reset();
    EndRest();
    if (running_) const CpuProfilePtr last(profiler_->Stop(running_->id));
    running_.reset();
  }

  void BeginDrain() {
    if (!std::exchange(in_drain_, true)) thread_.BeginDiscard();
  }

  void EndDrain() {
    ended_.reset();
    window_began_cpu_ = ThreadCpuNow();
    window_began_ = MonotonicNow();
    GiveUpDrain();
  }

  void GiveUpDrain() {
    if (std::exchange(in_drain_, false)) thread_.EndDiscard();
  }

 private:
  void Make() {
    const v8::HandleScope scope(isolate_);
    profiler_.reset();  // Before there is another.
#ifdef OX_PROFILE_INJECT_FAULTS
    jammed_ = false;
#endif
    if (logging_ == CodeLogging::kEager) ComputeLineEnds(isolate_);
    profiler_.reset(v8::CpuProfiler::New(isolate_, v8::kDebugNaming,
                                         logging_ == CodeLogging::kEager
                                             ? v8::kEagerLogging
                                             : v8::kLazyLogging));
    profiler_->SetSamplingInterval(static_cast<int>(kBaseInterval.count()));
    // On Windows V8 would otherwise burn a core to hold a short interval where
    // the system has no precise timer. The interval reached is reported.
    profiler_->SetUsePreciseSampling(false);
  }

  // Where V8 refuses, the rest before goes on.
  void BeginRest(microseconds interval) {
    // Nobody asks when its samples were taken.
    const std::optional<RunningProfile> next = StartProfile(interval, 0);
    if (!next) return;
    EndRest();
    resting_ = next;
    rest_interval_ = interval;
  }

  void EndRest() {
    if (resting_) const CpuProfilePtr unused(profiler_->Stop(resting_->id));
    resting_.reset();
  }

  // None runs where V8 refused one.
  void EndRunning() {
    if (!running_) return;
    ended_.reset(profiler_->Stop(running_->id));
    ended_started_ = running_->started;
    running_.reset();
  }

  void FoldEnded(const Marks& marks, Fold& fold) {
    if (!ended_) return;
#ifdef OX_PROFILE_INJECT_FAULTS
    if (jammed_) return;
#endif
    const ProfileFolder::Window window{.started = ended_started_,
                                       .began = window_began_,
                                       .drain_began = marks.drain_began,
                                       .began_cpu = window_began_cpu_,
                                       .notes = thread_.notes(),
                                       .gc_pauses = marks.gc_pauses,
                                       .leaves_late = marks.leaves_late};
    const SampledThread::Counts counts = thread_.counts();
    // Where one was left out, what lies between two samples is no interval.
    if (counts.discarded != counts_.discarded) folder_.EndChain();
    folder_.FoldInto(*ended_, window, fold);
    fold.in_builtins = counts.in_builtins - counts_.in_builtins;
    fold.corrected = counts.corrected - counts_.corrected;
    if (fold.samples > 0 && counts.taken == counts_.taken) {
      PlaceSamplingHandler(true);
    }
    counts_ = counts;
    thread_.ForgetNotes();
  }

  v8::Isolate* const isolate_;
  const CodeLogging logging_;
  SampledThread& thread_;
  bool in_drain_ = false;
  SampledThread::Counts counts_;  // By the end of the last rotation.
  CpuProfilerPtr profiler_;
  CpuProfilePtr ended_;  // Kept for its strings until the drain ends.
  nanoseconds ended_started_{0};
  std::optional<RunningProfile> running_;
  std::optional<RunningProfile> resting_;
  microseconds rest_interval_{0};
  microseconds interval_{0};
  nanoseconds window_began_{0};
  nanoseconds window_began_cpu_{0};
  ProfileFolder folder_;

#ifdef OX_PROFILE_INJECT_FAULTS
  bool jammed_ = false;
#endif
};

IsolateProfiler::IsolateProfiler(v8::Isolate* isolate, CodeLogging logging)
    : state_(std::make_unique<State>(isolate, logging)) {}

IsolateProfiler::~IsolateProfiler() = default;

bool IsolateProfiler::running() const { return state_->running(); }

bool IsolateProfiler::knows_code() const { return state_->knows_code(); }

bool IsolateProfiler::Start(std::chrono::microseconds interval,
                            std::chrono::nanoseconds first) {
  return state_->Start(interval, first);
}

bool IsolateProfiler::Rotate(std::chrono::microseconds next_interval,
                             const Marks& marks, Fold& fold) {
  return state_->Rotate(next_interval, marks, fold);
}

void IsolateProfiler::EndIn(Rest rest, const Marks& marks, Fold& fold) {
  state_->EndIn(rest, marks, fold);
}

void IsolateProfiler::Stop() { state_->Stop(); }

#ifdef OX_PROFILE_INJECT_FAULTS
void IsolateProfiler::Jam() { state_->Jam(); }
#endif

void IsolateProfiler::Listen(std::chrono::microseconds interval, Rest rest) {
  state_->Listen(interval, rest);
}

std::optional<std::chrono::nanoseconds> IsolateProfiler::TimeSignal() {
  return state_->TimeSignal();
}

std::chrono::nanoseconds IsolateProfiler::CostOfSample() const {
  return state_->CostOfSample();
}

void IsolateProfiler::CountStallHits(std::chrono::nanoseconds began,
                                     Fold& fold) const {
  state_->CountStallHits(began, fold);
}

void IsolateProfiler::RenewRest() { state_->RenewRest(); }

bool IsolateProfiler::Renew(std::chrono::microseconds interval,
                            std::chrono::nanoseconds first) {
  return state_->Renew(interval, first);
}

void IsolateProfiler::BeginDrain() { state_->BeginDrain(); }

void IsolateProfiler::EndDrain() { state_->EndDrain(); }

void IsolateProfiler::GiveUpDrain() { state_->GiveUpDrain(); }

}  // namespace ox_profile
