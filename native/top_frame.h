#ifndef OX_PROFILE_TOP_FRAME_H_
#define OX_PROFILE_TOP_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "code_ranges.h"

namespace ox_profile {

// Of a thread that was interrupted: where it was, and in which frame.
struct TopFrame {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  uintptr_t fp = 0;
  uintptr_t lr = 0;  // Where the processor keeps return addresses in one.
};

// What can be read of the thread's memory. Async-signal-safe.
class FrameMemory {
 public:
  // `stack` is the thread's; nothing else is read as one.
  FrameMemory(const CodeRanges& code, CodeRange stack)
      : code_(code), stack_(stack) {}

  [[nodiscard]] const CodeRanges& code() const { return code_; }

  // A word of the stack, from `sp` on; nothing elsewhere.
  [[nodiscard]] std::optional<uintptr_t> StackWord(uintptr_t sp,
                                                   uintptr_t address) const;

 private:
  const CodeRanges& code_;
  const CodeRange stack_;
};

// Most of V8's builtins have no frame of their own on their fast path: fp still
// points to that of the JS function that called them. V8's sampler notes pc and
// goes on with the caller of the frame at fp, so it skips that function, and
// its time counts on its caller.
//
// Where the thread was in such a builtin, this is where V8 finds the function:
// where it will be returned to in what V8 compiled, or how far the interpreter
// is in its bytecode. Nothing where the thread was elsewhere, or where that
// cannot be told. Async-signal-safe.
[[nodiscard]] std::optional<TopFrame> CallerOfBuiltin(
    const TopFrame& top, const FrameMemory& memory);

}  // namespace ox_profile

#endif  // OX_PROFILE_TOP_FRAME_H_
