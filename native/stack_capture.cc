#include "stack_capture.h"

#include <v8.h>

namespace ox_profile {

namespace {

constexpr int kMaxFrames = 255;  // As deep as V8's profiler looks.

std::string ToString(v8::Isolate* isolate, v8::Local<v8::String> text) {
  if (text.IsEmpty()) return {};
  const v8::String::Utf8Value utf8(isolate, text);
  return *utf8 ? std::string(*utf8, utf8.length()) : std::string();
}

}  // namespace

std::vector<StackFrame> CaptureStack(v8::Isolate* isolate) {
  const v8::HandleScope scope(isolate);
  const v8::Local<v8::StackTrace> trace = v8::StackTrace::CurrentStackTrace(
      isolate, kMaxFrames, v8::StackTrace::kDetailed);
  std::vector<StackFrame> frames;
  frames.reserve(trace->GetFrameCount());
  for (int i = 0; i < trace->GetFrameCount(); i++) {
    const v8::Local<v8::StackFrame> frame = trace->GetFrame(isolate, i);
    frames.push_back({.name = ToString(isolate, frame->GetFunctionName()),
                      .url = ToString(isolate, frame->GetScriptName()),
                      .line = frame->GetLineNumber(),
                      .column = frame->GetColumn()});
  }
  return frames;
}

}  // namespace ox_profile
