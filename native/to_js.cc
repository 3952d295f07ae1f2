#include "to_js.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace ox_profile {

namespace {

template <typename Array, typename T>
Array CopyToArray(Napi::Env env, const std::vector<T>& values) {
  Array array = Array::New(env, values.size());
  static_assert(sizeof(*array.Data()) == sizeof(T));
  if (!values.empty()) {
    std::memcpy(array.Data(), values.data(), values.size() * sizeof(T));
  }
  return array;
}

Napi::Value FramesToJs(Napi::Env env, const std::vector<Frame>& frames) {
  auto name = Napi::Uint32Array::New(env, frames.size());
  auto url = Napi::Uint32Array::New(env, frames.size());
  auto line = Napi::Uint32Array::New(env, frames.size());
  auto column = Napi::Uint32Array::New(env, frames.size());
  auto kind = Napi::Uint8Array::New(env, frames.size());
  for (size_t i = 0; i < frames.size(); i++) {
    const Frame& frame = frames[i];
    name.Data()[i] = frame.name;
    url.Data()[i] = frame.url;
    line.Data()[i] = static_cast<uint32_t>(frame.line);
    column.Data()[i] = static_cast<uint32_t>(frame.column);
    kind.Data()[i] = static_cast<uint8_t>(frame.kind);
  }
  auto object = Napi::Object::New(env);
  object["name"] = name;
  object["url"] = url;
  object["line"] = line;
  object["column"] = column;
  object["kind"] = kind;
  return object;
}

double Nanos(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count());
}

Napi::Value ThreadsToJs(Napi::Env env,
                        const std::vector<Snapshot::Thread>& threads) {
  auto array = Napi::Array::New(env, threads.size());
  for (uint32_t i = 0; i < threads.size(); i++) {
    const Snapshot::Thread& thread = threads[i];
    auto object = Napi::Object::New(env);
    object["id"] = Napi::Number::New(env, static_cast<double>(thread.id));
    object["name"] = Napi::String::New(env, thread.name);
    object["firstNode"] = Napi::Number::New(env, thread.first_node);
    object["elapsedNanos"] = Napi::Number::New(env, Nanos(thread.elapsed));
    object["unattributedNanos"] =
        Napi::Number::New(env, Nanos(thread.unattributed));
    array[i] = object;
  }
  return array;
}

}  // namespace

Napi::Value ToJs(Napi::Env env, const Snapshot& snapshot) {
  auto object = Napi::Object::New(env);
  object["strings"] = Napi::String::New(env, snapshot.strings);
  object["frames"] = FramesToJs(env, snapshot.frames);
  object["threads"] = ThreadsToJs(env, snapshot.threads);
  object["parent"] = CopyToArray<Napi::Int32Array>(env, snapshot.parent);
  object["frame"] = CopyToArray<Napi::Uint32Array>(env, snapshot.frame);
  object["selfHits"] = CopyToArray<Napi::Float64Array>(env, snapshot.self_hits);
  object["selfWallNanos"] =
      CopyToArray<Napi::Float64Array>(env, snapshot.self_wall_nanos);
  object["selfCpuNanos"] =
      CopyToArray<Napi::Float64Array>(env, snapshot.self_cpu_nanos);
  object["dropped"] =
      Napi::Number::New(env, static_cast<double>(snapshot.dropped));
  auto intervals = Napi::Object::New(env);
  intervals["count"] =
      Napi::Number::New(env, static_cast<double>(snapshot.intervals.count()));
  intervals["mean"] = Napi::Number::New(env, snapshot.intervals.mean());
  intervals["stdev"] = Napi::Number::New(env, snapshot.intervals.stdev());
  object["intervals"] = intervals;
  return object;
}

Napi::Value ToJs(Napi::Env env, const std::vector<CapturedFrame>& stack) {
  auto array = Napi::Array::New(env, stack.size());
  for (uint32_t i = 0; i < stack.size(); i++) {
    auto frame = Napi::Object::New(env);
    frame["name"] = Napi::String::New(env, stack[i].name);
    frame["url"] = Napi::String::New(env, stack[i].url);
    frame["line"] = Napi::Number::New(env, stack[i].line);
    frame["column"] = Napi::Number::New(env, stack[i].column);
    array[i] = frame;
  }
  return array;
}

}  // namespace ox_profile
