#ifndef OX_PROFILE_INTERRUPTED_H_
#define OX_PROFILE_INTERRUPTED_H_

#include <optional>

#if defined(__APPLE__)
#include <sys/ucontext.h>
#elif !defined(_WIN32)
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

// While it lives, what the system told of an interrupted thread says that it
// was interrupted elsewhere. The thread goes on as it said before.
//
// Async-signal-safe.
class InterruptedElsewhere {
 public:
  InterruptedElsewhere(ucontext_t& context, const TopFrame& was,
                       const TopFrame& shown);
  ~InterruptedElsewhere();
  InterruptedElsewhere(const InterruptedElsewhere&) = delete;
  InterruptedElsewhere& operator=(const InterruptedElsewhere&) = delete;

 private:
  ucontext_t& context_;
  const TopFrame was_;
};

#endif

}  // namespace ox_profile

#endif  // OX_PROFILE_INTERRUPTED_H_
