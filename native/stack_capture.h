#ifndef OX_PROFILE_STACK_CAPTURE_H_
#define OX_PROFILE_STACK_CAPTURE_H_

#include <vector>

#include "stack_frame.h"

namespace v8 {
class Isolate;
}

namespace ox_profile {

// The JavaScript stack of the calling thread, leaf first, at most 255 frames.
// Lines and columns are those of the call or statement that a frame is in, not
// of its function. Called on the JS thread, with JS on the stack.
[[nodiscard]] std::vector<StackFrame> CaptureStack(v8::Isolate* isolate);

}  // namespace ox_profile

#endif  // OX_PROFILE_STACK_CAPTURE_H_
