#ifndef OX_PROFILE_CODE_RANGES_H_
#define OX_PROFILE_CODE_RANGES_H_

#include <cstdint>

namespace v8 {
class Isolate;
}

namespace ox_profile {

struct CodeRange {
  uintptr_t begin = 0;
  uintptr_t end = 0;

  [[nodiscard]] bool Contains(uintptr_t address) const {
    return address >= begin && address < end;
  }
};

// Where machine code is that JS runs through.
struct CodeRanges {
  // V8's builtins, as they are in the executable.
  CodeRange embedded_builtins;
  // A copy of them near compiled code, which is the one that runs; or empty.
  CodeRange copied_builtins;
  // What V8 compiled, and that copy. Not all of it is mapped.
  CodeRange compiled;

  [[nodiscard]] bool InBuiltins(uintptr_t address) const {
    return copied_builtins.Contains(address) ||
           embedded_builtins.Contains(address);
  }
};

// Those of an isolate, for as long as it lives. Called on its JS thread.
[[nodiscard]] CodeRanges CodeRangesOf(v8::Isolate* isolate);

}  // namespace ox_profile

#endif  // OX_PROFILE_CODE_RANGES_H_
