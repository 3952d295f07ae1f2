#include "own_thread.h"

#include <cstddef>
#include <memory>
#include <string>

#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>

#include <csignal>
#endif

namespace ox_profile {

namespace {

constexpr size_t kStackSize = 256 * 1024;

struct Start {
  std::string name;
  void (*run)(void*);
  void* argument;
};

#ifdef _WIN32

// Windows knows names of threads since version 1607; an older kernel32.dll
// without that function would not load a program that asks for it by name.
void NameThisThread(const std::string& name) {
  using SetDescription = HRESULT(WINAPI*)(HANDLE, PCWSTR);
  const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
  if (kernel == nullptr) return;
  const auto set_description = reinterpret_cast<SetDescription>(
      reinterpret_cast<void*>(GetProcAddress(kernel, "SetThreadDescription")));
  if (set_description == nullptr) return;
  const std::wstring wide(name.begin(), name.end());
  set_description(GetCurrentThread(), wide.c_str());
}

class SignalsHeld {};

#else

void NameThisThread(const std::string& name) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), name.c_str());
#elif defined(__APPLE__)
  pthread_setname_np(name.c_str());
#endif
}

// Holds all signals back from the calling thread while it lives. A thread that
// is started meanwhile does not take them either.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    held_ = pthread_sigmask(SIG_SETMASK, &all, &before_) == 0;
  }
  ~SignalsHeld() {
    if (held_) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
  bool held_ = false;
};

#endif

}  // namespace

bool StartOwnThread(uv_thread_t& thread, const char* name, void (*run)(void*),
                    void* argument) {
  auto start = std::make_unique<Start>(Start{name, run, argument});
  // uv_thread_create and not std::thread: where the system has no thread to
  // give, it says so instead of ending the program.
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = kStackSize;
  [[maybe_unused]] const SignalsHeld held;
  const int error = uv_thread_create_ex(
      &thread, &options,
      [](void* pointer) {
        const std::unique_ptr<Start> start(static_cast<Start*>(pointer));
        NameThisThread(start->name);
        start->run(start->argument);
      },
      start.get());
  if (error != 0) return false;
  (void)start.release();  // The thread has it.
  return true;
}

}  // namespace ox_profile
