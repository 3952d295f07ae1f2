#include "line_ends.h"

#include <v8.h>

namespace ox_profile {

void ComputeLineEnds(v8::Isolate* isolate) {
  // Who asks for the events of code that exists has V8 look up the line of each
  // function, and that is done before the lock is taken. The events themselves
  // are of no use here. A handler of somebody else's would be lost; only
  // debuggers of native code have one.
  isolate->SetJitCodeEventHandler(v8::kJitCodeEventEnumExisting,
                                  [](const v8::JitCodeEvent*) {});
  isolate->SetJitCodeEventHandler(v8::kJitCodeEventDefault, nullptr);
}

}  // namespace ox_profile
