#ifndef OX_PROFILE_STACK_CAPTURE_H_
#define OX_PROFILE_STACK_CAPTURE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace v8 {
class Isolate;
}

namespace ox_profile {

// A frame as it stands on a stack now: line and column are those of the call
// or statement it is in, not of the function. They count from 1; 0 is unknown.
struct CapturedFrame {
  std::string name;
  std::string url;
  int32_t line;
  int32_t column;
};

// The JavaScript stack of the calling thread, leaf first, at most 255 frames.
// Called on the JS thread, with JS on the stack.
[[nodiscard]] std::vector<CapturedFrame> CaptureStack(v8::Isolate* isolate);

}  // namespace ox_profile

#endif  // OX_PROFILE_STACK_CAPTURE_H_
