// Preloaded before ThreadSanitizer's runtime, which puts off signals until the
// program calls the C library next. V8's sampler would then walk a stack that
// has changed since, or none, as JavaScript may not call it for seconds. So its
// handler for SIGPROF is given to the C library itself, and is called at once.
//
// The runtime must not be entered from there: it may have been interrupted. Of
// what it intercepts, V8's handler calls clock_gettime alone; that goes to the
// C library too, wherever it is called from.

#include <dlfcn.h>
#include <signal.h>
#include <time.h>

namespace {

template <typename Function>
Function* InLibc(Function*, const char* name) {
  // It is loaded already, and never unloaded.
  void* libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  return reinterpret_cast<Function*>(dlsym(libc, name));
}

}  // namespace

extern "C" int sigaction(int signal, const struct sigaction* action,
                         struct sigaction* last) {
  static auto* const in_libc = InLibc(&sigaction, "sigaction");
  static auto* const in_runtime =
      reinterpret_cast<decltype(&sigaction)>(dlsym(RTLD_NEXT, "sigaction"));
  return (signal == SIGPROF ? in_libc : in_runtime)(signal, action, last);
}

extern "C" int clock_gettime(clockid_t clock, struct timespec* time) noexcept {
  static auto* const in_libc = InLibc(&clock_gettime, "clock_gettime");
  return in_libc(clock, time);
}
