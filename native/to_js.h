#ifndef OX_PROFILE_TO_JS_H_
#define OX_PROFILE_TO_JS_H_

#include <napi.h>

#include <vector>

#include "count_table.h"
#include "stack_capture.h"

namespace ox_profile {

// Values for JavaScript; their shapes are the types in lib/native.ts. Called on
// the JS thread.
[[nodiscard]] Napi::Value ToJs(Napi::Env env, const Snapshot& snapshot);
[[nodiscard]] Napi::Value ToJs(Napi::Env env,
                               const std::vector<CapturedFrame>& stack);

}  // namespace ox_profile

#endif  // OX_PROFILE_TO_JS_H_
