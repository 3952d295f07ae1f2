#ifndef OX_PROFILE_INTERRUPTED_H_
#define OX_PROFILE_INTERRUPTED_H_

#include <optional>

#ifndef _WIN32
#include <ucontext.h>
#endif

#include "sample_note.h"
#include "top_frame.h"

namespace ox_profile {

#ifndef _WIN32

// Where a signal interrupted a thread; nothing on processors that we do not
// know. Async-signal-safe.
[[nodiscard]] std::optional<TopFrame> TopFrameOf(const ucontext_t& context);

// What the thread did that the signal came to. Async-signal-safe.
[[nodiscard]] SampleNote::Doing DoingOf(const ucontext_t& context,
                                        const TopFrame& top);

// A copy of what the system told of an interrupted thread, as if that had been
// interrupted elsewhere. The thread goes on as the original says.
//
// Async-signal-safe.
class InterruptedElsewhere {
 public:
  InterruptedElsewhere(const ucontext_t& context, const TopFrame& frame);
  InterruptedElsewhere(const InterruptedElsewhere&) = delete;
  InterruptedElsewhere& operator=(const InterruptedElsewhere&) = delete;

  [[nodiscard]] ucontext_t* context() { return &context_; }

 private:
  ucontext_t context_;
#ifdef __APPLE__
  // There the context only points to the registers.
  std::remove_pointer_t<decltype(ucontext_t::uc_mcontext)> registers_;
#endif
};

#endif

}  // namespace ox_profile

#endif  // OX_PROFILE_INTERRUPTED_H_
