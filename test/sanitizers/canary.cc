// Bugs that the sanitizers have to report. scripts/sanitize.mjs has each of
// them made first: where it goes unreported, a run without reports says
// nothing.
//
// Node.js loads this as it loads the addon; the bug is made while it is loaded.

#include <cstdlib>
#include <string_view>
#include <thread>

namespace {

// Volatile, so that the compiler does as it is told.
int* volatile pointer;
int volatile number;

[[gnu::noinline]] void Leak() {
  pointer = new int[7];
  pointer = nullptr;
}

[[gnu::noinline]] void UseAfterFree() {
  pointer = new int(7);
  delete pointer;
  *pointer = 8;
}

[[gnu::noinline]] void Overflow() {
  number = 0x7fffffff;
  number = number + 1;
}

[[gnu::noinline]] void Race() {
  std::thread other([] { number = 1; });
  number = 2;
  other.join();
}

struct Canary {
  Canary() {
    const char* value = std::getenv("OX_PROFILE_CANARY");
    const std::string_view bug = value ? value : "";
    if (bug == "Leak") Leak();
    if (bug == "UseAfterFree") UseAfterFree();
    if (bug == "Overflow") Overflow();
    if (bug == "Race") Race();
  }
};

const Canary canary;

}  // namespace
