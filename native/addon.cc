// What JavaScript can call, and nothing else. Arguments were checked in
// TypeScript (lib/native.ts has their types) and are taken as they come.

#include <napi.h>
#include <v8.h>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "budget_keeper.h"
#include "build_info.h"
#include "clock.h"
#include "costs.h"
#include "count_table.h"
#include "environment.h"
#include "inquiry.h"
#include "orders.h"
#include "ranking.h"
#include "sampling_thread.h"
#include "session.h"
#include "stack_capture.h"
#include "stalls.h"
#include "thread_names.h"
#include "to_js.h"

namespace ox_profile {

namespace {

using TableHandle = std::shared_ptr<CountTable>;
using InquiryHandle = std::shared_ptr<Inquiry>;

const TableHandle& TableOf(const Napi::Value& value) {
  return *value.As<Napi::External<TableHandle>>().Data();
}

// A value that holds `held` until it is collected.
template <typename T>
Napi::Value HandleOf(Napi::Env env, T held) {
  auto handle = std::make_unique<T>(std::move(held));
  const auto value = Napi::External<T>::New(
      env, handle.get(), [](Napi::Env, T* handle) { delete handle; });
  // The finalizer has it now, unless Node-API refused: where a worker is being
  // terminated it does.
  if (!value.IsEmpty()) handle.release();
  return value;
}

int64_t IntegerOf(const Napi::Value& value) {
  return value.As<Napi::Number>().Int64Value();
}

// The threads that are asked for: a Float64Array of ids, or undefined for all.
std::optional<std::set<ThreadId>> ThreadsOf(const Napi::Value& value) {
  if (value.IsUndefined()) return std::nullopt;
  const auto ids = value.As<Napi::Float64Array>();
  std::set<ThreadId> threads;
  for (size_t i = 0; i < ids.ElementLength(); i++) {
    threads.insert(static_cast<ThreadId>(ids[i]));
  }
  return threads;
}

Session& SessionOf(const Napi::CallbackInfo& info) {
  return *Environment::Of(info.Env()).session();
}

// Has all sessions but the caller's follow the new order too.
void TellOthers() { SamplingThread::Get().CallAll(); }

// (maxNodes) => table
Napi::Value CreateTable(const Napi::CallbackInfo& info) {
  const auto max_nodes =
      static_cast<size_t>(info[0].As<Napi::Number>().Int64Value());
  return HandleOf(info.Env(), std::make_shared<CountTable>(max_nodes));
}

// (table, threadIds | undefined) => snapshot
Napi::Value TakeSnapshot(const Napi::CallbackInfo& info) {
  return {info.Env(),
          ToJs(info.Env(), TableOf(info[0])->TakeSnapshot(ThreadsOf(info[1])))};
}

// (table) => {id, name, ended, …}[]
Napi::Value ListThreads(const Napi::CallbackInfo& info) {
  return {info.Env(), ToJs(info.Env(), TableOf(info[0])->Threads())};
}

// (table, limit, bySelf, includeStates, threadIds | undefined) => ranking
Napi::Value RankTable(const Napi::CallbackInfo& info) {
  const auto limit =
      static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  const Ranking::Order order = info[2].As<Napi::Boolean>().Value()
                                   ? Ranking::Order::kSelf
                                   : Ranking::Order::kTotal;
  const CountTable::Ranked ranked = TableOf(info[0])->Rank(
      limit, order, info[3].As<Napi::Boolean>().Value(), ThreadsOf(info[4]));
  return {info.Env(), ToJs(info.Env(), ranked)};
}

// (table) => void
void ResetTable(const Napi::CallbackInfo& info) { TableOf(info[0])->Reset(); }

// (table, threadId, threadName, strings, places) => void; one hit of a stack,
// root first. `strings` has the name and the URL of each frame, a NUL behind
// each string; `places`, an Int32Array, the line and the column of each.
//
// Plain data: reading properties of objects can fail while a worker is being
// terminated.
void AddStack(const Napi::CallbackInfo& info) {
  const std::string strings = info[3].As<Napi::String>().Utf8Value();
  const auto places = info[4].As<Napi::Int32Array>();
  Fold fold;
  fold.frames.push_back({.kind = FrameKind::kRoot});
  fold.nodes.push_back({.parent = 0, .frame = 0, .hits = 0});
  const char* text = strings.c_str();
  const char* const end = text + strings.size();
  const auto next_string = [&] {
    const std::string_view string = text < end ? text : "";
    text += string.size() + 1;
    return string;
  };
  for (uint32_t i = 0; i * 2 + 1 < places.ElementLength(); i++) {
    const std::string_view name = next_string();
    const std::string_view url = next_string();
    fold.frames.push_back({.name = name,
                           .url = url,
                           .line = places[i * 2],
                           .column = places[i * 2 + 1]});
    fold.nodes.push_back({.parent = i, .frame = i + 1, .hits = 0});
  }
  fold.nodes.back().hits = 1;
  const TableHandle& table = TableOf(info[0]);
  table->Add(IntegerOf(info[1]), info[2].As<Napi::String>().Utf8Value(), fold,
             table->epoch());
}

// () => {name, url, line, column}[], leaf first
Napi::Value CaptureStackNow(const Napi::CallbackInfo& info) {
  const std::vector<StackFrame> stack = CaptureStack(v8::Isolate::GetCurrent());
  return {info.Env(), ToJs(info.Env(), stack)};
}

// (threadId, threadName) => void; once in a thread, before all that follows
void JoinThread(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env())
      .Join(IntegerOf(info[0]), info[1].As<Napi::String>().Utf8Value());
}

// () => void; does what the launcher that is started wants of this thread
void Follow(const Napi::CallbackInfo& info) {
  // Where V8 refuses, the thread is not profiled.
  static_cast<void>(SessionOf(info).Follow());
}

// () => boolean, whether a launcher wants threads that begin now to join
Napi::Value Joining(const Napi::CallbackInfo& info) {
  const Order order = Orders::Get().Current();
  return Napi::Boolean::New(info.Env(), order.active && order.all_threads);
}

// (threadId, name) => void
void GiveThreadName(const Napi::CallbackInfo& info) {
  NameThread(IntegerOf(info[0]), info[1].As<Napi::String>().Utf8Value());
}

CodeLogging CodeLoggingOf(const Napi::Value& eager) {
  return eager.As<Napi::Boolean>().Value() ? CodeLogging::kEager
                                           : CodeLogging::kLazy;
}

void SetIntervalsOf(Order& order, const Napi::Value& micros,
                    const Napi::Value& jitter) {
  order.interval = std::chrono::microseconds(IntegerOf(micros));
  order.jitter = jitter.As<Napi::Number>().DoubleValue();
}

// (eager, intervalMicros, jitter) => void
void Listen(const Napi::CallbackInfo& info) {
  Order coming;
  coming.logging = CodeLoggingOf(info[0]);
  SetIntervalsOf(coming, info[1], info[2]);
  SessionOf(info).Listen(coming);
}

// () => number; see Session::begun.
Napi::Value TimesBegun(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(SessionOf(info).begun()));
}

// (table, allThreads, eager, parkAfterMillis, maxOverhead,
//  stallThresholdMillis, stallsKept, stallFile, intervalMicros, jitter)
//   => 'started' | 'already running' | 'system refused'
Napi::Value Start(const Napi::CallbackInfo& info) {
  const bool all_threads = info[1].As<Napi::Boolean>().Value();
  const CodeLogging logging = CodeLoggingOf(info[2]);
  const std::chrono::milliseconds park_after(IntegerOf(info[3]));
  const std::chrono::milliseconds stall_threshold(IntegerOf(info[5]));
  const auto order = [&](Order& order) {
    order = Order();
    order.active = true;
    order.all_threads = all_threads;
    order.table = TableOf(info[0]);
    order.logging = logging;
    order.park_after = park_after;
    order.stall_threshold = stall_threshold;
    SetIntervalsOf(order, info[8], info[9]);
  };
  const StartOptions options{
      .max_overhead = info[4].As<Napi::Number>().DoubleValue(),
      .stalls_kept = static_cast<size_t>(IntegerOf(info[6])),
      .stall_file = info[7].As<Napi::String>().Utf8Value()};
  const char* result = "started";
  switch (Environment::Of(info.Env()).StartSampling(order, options)) {
    case SamplingThread::StartResult::kStarted:
      break;
    case SamplingThread::StartResult::kAlreadyRunning:
      result = "already running";
      break;
    case SamplingThread::StartResult::kSystemRefused:
      result = "system refused";
      break;
  }
  return Napi::String::New(info.Env(), result);
}

// () => void
void End(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).EndSampling();
}

// () => boolean, false when V8 refused
Napi::Value Unpause(const Napi::CallbackInfo& info) {
  Orders::Get().Give([](Order& order) { order.sampling = true; });
  const bool started = SessionOf(info).Follow();
  if (!started)
    Orders::Get().Give([](Order& order) { order.sampling = false; });
  TellOthers();
  return Napi::Boolean::New(info.Env(), started);
}

// () => void
void Pause(const Napi::CallbackInfo& info) {
  Orders::Get().Give([](Order& order) { order.sampling = false; });
  SessionOf(info).Follow();
  TellOthers();
}

// (intervalMicros, jitter) => void
void SetIntervals(const Napi::CallbackInfo& info) {
  Orders::Get().Give(
      [&](Order& order) { SetIntervalsOf(order, info[0], info[1]); });
  SessionOf(info).Follow();
  TellOthers();
}

// () => void; the caller's thread at once, the others soon
void Drain(const Napi::CallbackInfo& info) {
  Session& own = SessionOf(info);
  own.Drain();
  SamplingThread::Get().ForEach([&own](Timed& target) {
    if (&target != &own) target.RequestDrain();
  });
}

// (withStacks, timeoutMillis) => inquiry; all threads answer as soon as they
// can
Napi::Value Inquire(const Napi::CallbackInfo& info) {
  const bool stacks = info[0].As<Napi::Boolean>().Value();
  const auto patience = std::chrono::milliseconds(IntegerOf(info[1]));
  auto inquiry = std::make_shared<Inquiry>(
      stacks ? Inquiry::Question::kStack : Inquiry::Question::kCounts,
      MonotonicNow() + patience);
  // None in a thread that is not profiled.
  Session* own = Environment::Of(info.Env()).session();
  SamplingThread::Get().ForEach([&](Timed& target) {
    if (&target != own) target.Ask(inquiry);
  });
  if (own != nullptr) {
    inquiry->Expect(own->thread(), own->Name());
    own->AnswerNow(*inquiry);
  }
  return HandleOf(info.Env(), std::move(inquiry));
}

// (inquiry) => {id, name, state, stack}[]
Napi::Value Answers(const Napi::CallbackInfo& info) {
  const InquiryHandle& inquiry =
      *info[0].As<Napi::External<InquiryHandle>>().Data();
  return {info.Env(), ToJs(info.Env(), inquiry->answers())};
}

// () => {table, intervalMicros} of the launcher that is started, or undefined
Napi::Value CurrentTable(const Napi::CallbackInfo& info) {
  const Order order = Orders::Get().Current();
  if (!order.table) return info.Env().Undefined();
  return {info.Env(),
          ToJs(info.Env(), HandleOf(info.Env(), order.table), order.interval)};
}

// () => stalls, the last first
Napi::Value Stalls(const Napi::CallbackInfo& info) {
  const std::vector<Stall> stalls = StallBook::Get().List();
  std::vector<napi_value> tables;
  for (const Stall& stall : stalls) {
    tables.push_back(HandleOf(info.Env(), stall.table));
  }
  return {info.Env(), ToJs(info.Env(), stalls, tables)};
}

// (table) => what profiling cost and met with
Napi::Value Stats(const Napi::CallbackInfo& info) {
  return {info.Env(),
          ToJs(info.Env(), Costs::Get(), BudgetKeeper::Get().Cost(),
               BudgetKeeper::Get().Share(), Orders::Get().Current().stretch,
               TableOf(info[0])->size(), StallBook::Get().totals())};
}

#ifdef OX_PROFILE_INJECT_FAULTS
// () => void; V8's profiler of this thread is stuck from now on
void Jam(const Napi::CallbackInfo& info) { SessionOf(info).Jam(); }
#endif

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  const uint32_t major = Napi::VersionManagement::GetNodeVersion(env)->major;
  if (major != BuiltForNodeMajor()) {
    Napi::Error::New(env, "This addon was built for Node " +
                              std::to_string(BuiltForNodeMajor()) +
                              " and not for Node " + std::to_string(major))
        .ThrowAsJavaScriptException();
    return exports;
  }
  Environment::Install(env);
  exports["createTable"] = Napi::Function::New<CreateTable>(env);
  exports["takeSnapshot"] = Napi::Function::New<TakeSnapshot>(env);
  exports["rankTable"] = Napi::Function::New<RankTable>(env);
  exports["resetTable"] = Napi::Function::New<ResetTable>(env);
  exports["addStack"] = Napi::Function::New<AddStack>(env);
  exports["captureStack"] = Napi::Function::New<CaptureStackNow>(env);
  exports["threads"] = Napi::Function::New<ListThreads>(env);
  exports["joinThread"] = Napi::Function::New<JoinThread>(env);
  exports["follow"] = Napi::Function::New<Follow>(env);
  exports["joining"] = Napi::Function::New<Joining>(env);
  exports["nameThread"] = Napi::Function::New<GiveThreadName>(env);
  exports["listen"] = Napi::Function::New<Listen>(env);
  exports["timesBegun"] = Napi::Function::New<TimesBegun>(env);
  exports["start"] = Napi::Function::New<Start>(env);
  exports["end"] = Napi::Function::New<End>(env);
  exports["unpause"] = Napi::Function::New<Unpause>(env);
  exports["pause"] = Napi::Function::New<Pause>(env);
  exports["setIntervals"] = Napi::Function::New<SetIntervals>(env);
  exports["inquire"] = Napi::Function::New<Inquire>(env);
  exports["answers"] = Napi::Function::New<Answers>(env);
  exports["currentTable"] = Napi::Function::New<CurrentTable>(env);
  exports["stalls"] = Napi::Function::New<Stalls>(env);
#ifdef OX_PROFILE_INJECT_FAULTS
  exports["jam"] = Napi::Function::New<Jam>(env);
#endif
  exports["stats"] = Napi::Function::New<Stats>(env);
  exports["drain"] = Napi::Function::New<Drain>(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace ox_profile
