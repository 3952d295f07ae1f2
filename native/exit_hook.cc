#include "exit_hook.h"

#include <node.h>

namespace ox_profile {

void CallAtExit(v8::Isolate* isolate, void (*hook)(void*), void* argument) {
  const v8::HandleScope scope(isolate);
  node::Environment* environment =
      node::GetCurrentEnvironment(isolate->GetCurrentContext());
  node::AtExit(environment, hook, argument);
}

}  // namespace ox_profile
