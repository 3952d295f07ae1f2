#ifndef OX_PROFILE_OWN_THREAD_H_
#define OX_PROFILE_OWN_THREAD_H_

#include <uv.h>

namespace ox_profile {

// Starts a native thread of the profiler's own, which runs `run(argument)`. It
// takes no signals: those are the program's. False where the system has no
// thread to give.
//
// `name` is what lists of threads show: 15 letters at most.
[[nodiscard]] bool StartOwnThread(uv_thread_t& thread, const char* name,
                                  void (*run)(void*), void* argument);

}  // namespace ox_profile

#endif  // OX_PROFILE_OWN_THREAD_H_
