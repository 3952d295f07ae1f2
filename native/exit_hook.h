#ifndef OX_PROFILE_EXIT_HOOK_H_
#define OX_PROFILE_EXIT_HOOK_H_

namespace v8 {
class Isolate;
}

namespace ox_profile {

// Has `hook` called when the environment that runs in `isolate` exits, by
// process.exit() too, which skips cleanup hooks. Where those are not skipped
// they come first, so what they take down is gone when `hook` is called. Called
// on the JS thread, as `hook` is.
//
// It stands apart because node.h, which it needs, and napi.h do not go into one
// file: both define NAPI_VERSION.
void CallAtExit(v8::Isolate* isolate, void (*hook)(void*), void* argument);

}  // namespace ox_profile

#endif  // OX_PROFILE_EXIT_HOOK_H_
