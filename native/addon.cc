// What JavaScript can call, and nothing else. Arguments were checked in
// TypeScript (lib/native.ts has their types) and are taken as they come.

#include <napi.h>
#include <v8.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "build_info.h"
#include "clock.h"
#include "count_table.h"
#include "environment.h"
#include "interval_source.h"
#include "ranking.h"
#include "stack_capture.h"
#include "to_js.h"

namespace ox_profile {

namespace {

using TableHandle = std::shared_ptr<CountTable>;

const TableHandle& TableOf(const Napi::Value& value) {
  return *value.As<Napi::External<TableHandle>>().Data();
}

IntervalSource IntervalsOf(const Napi::Value& micros,
                           const Napi::Value& jitter) {
  // The time will do for a seed: draws need not be secret, only different.
  // (std::random_device would want a newer libc than we support.)
  const auto seed = static_cast<uint32_t>(MonotonicNow().count());
  return IntervalSource(
      std::chrono::microseconds(micros.As<Napi::Number>().Int64Value()),
      jitter.As<Napi::Number>().DoubleValue(), seed);
}

// (maxNodes) => table
Napi::Value CreateTable(const Napi::CallbackInfo& info) {
  const auto max_nodes =
      static_cast<size_t>(info[0].As<Napi::Number>().Int64Value());
  auto table =
      std::make_unique<TableHandle>(std::make_shared<CountTable>(max_nodes));
  const auto value = Napi::External<TableHandle>::New(
      info.Env(), table.get(),
      [](Napi::Env, TableHandle* handle) { delete handle; });
  // The finalizer has it now, unless Node-API refused: where a worker is being
  // terminated it does.
  if (!value.IsEmpty()) table.release();
  return value;
}

// (table) => snapshot
Napi::Value TakeSnapshot(const Napi::CallbackInfo& info) {
  return {info.Env(), ToJs(info.Env(), TableOf(info[0])->TakeSnapshot())};
}

// (table, limit, bySelf, includeStates) => ranking
Napi::Value RankTable(const Napi::CallbackInfo& info) {
  const Snapshot snapshot = TableOf(info[0])->TakeSnapshot();
  const auto limit =
      static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  const Ranking::Order order = info[2].As<Napi::Boolean>().Value()
                                   ? Ranking::Order::kSelf
                                   : Ranking::Order::kTotal;
  const Ranking ranking =
      Rank(snapshot, limit, order, info[3].As<Napi::Boolean>().Value());
  return {info.Env(), ToJs(info.Env(), snapshot, ranking)};
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
  TableOf(info[0])->Add(
      static_cast<ThreadId>(info[1].As<Napi::Number>().Int64Value()),
      info[2].As<Napi::String>().Utf8Value(), fold);
}

// () => {name, url, line, column}[], leaf first
Napi::Value CaptureStackNow(const Napi::CallbackInfo& info) {
  const std::vector<CapturedFrame> stack =
      CaptureStack(v8::Isolate::GetCurrent());
  return {info.Env(), ToJs(info.Env(), stack)};
}

// (threadId, threadName, eager) => void
void CreateSession(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env())
      .EnsureSession(
          static_cast<ThreadId>(info[0].As<Napi::Number>().Int64Value()),
          info[1].As<Napi::String>().Utf8Value(),
          info[2].As<Napi::Boolean>().Value() ? CodeLogging::kEager
                                              : CodeLogging::kLazy);
}

// () => 'started' | 'already running' | 'system refused'
Napi::Value StartSamplingThread(const Napi::CallbackInfo& info) {
  const char* result = "started";
  switch (Environment::Of(info.Env()).StartSamplingThread()) {
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
void StopSamplingThread(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).StopSamplingThread();
}

// (table, intervalMicros, jitter) => boolean, false when V8 refused
Napi::Value Unpause(const Napi::CallbackInfo& info) {
  const bool started =
      Environment::Of(info.Env())
          .session()
          ->Unpause(TableOf(info[0]), IntervalsOf(info[1], info[2]));
  return Napi::Boolean::New(info.Env(), started);
}

// () => void
void Pause(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).session()->Pause();
}

// (intervalMicros, jitter) => void
void SetIntervals(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env())
      .session()
      ->SetIntervals(IntervalsOf(info[0], info[1]));
}

// () => void
void Drain(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).session()->Drain();
}

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
  exports["createSession"] = Napi::Function::New<CreateSession>(env);
  exports["startSamplingThread"] =
      Napi::Function::New<StartSamplingThread>(env);
  exports["stopSamplingThread"] = Napi::Function::New<StopSamplingThread>(env);
  exports["unpause"] = Napi::Function::New<Unpause>(env);
  exports["pause"] = Napi::Function::New<Pause>(env);
  exports["setIntervals"] = Napi::Function::New<SetIntervals>(env);
  exports["drain"] = Napi::Function::New<Drain>(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace ox_profile
