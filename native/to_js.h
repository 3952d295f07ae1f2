#ifndef OX_PROFILE_TO_JS_H_
#define OX_PROFILE_TO_JS_H_

#include <napi.h>

#include <chrono>
#include <vector>

#include "budget_keeper.h"
#include "costs.h"
#include "count_table.h"
#include "inquiry.h"
#include "stack_frame.h"
#include "stalls.h"

namespace ox_profile {

// Values for JavaScript; their shapes are the types in lib/native.ts. nullptr,
// which is undefined for JavaScript, where Node-API refuses to make one: in a
// worker that is being terminated, or for more than a string can hold. Called
// on the JS thread.
[[nodiscard]] napi_value ToJs(napi_env env, const Snapshot& snapshot);
[[nodiscard]] napi_value ToJs(napi_env env, const CountTable::Ranked& ranked);
[[nodiscard]] napi_value ToJs(napi_env env,
                              const std::vector<Snapshot::Thread>& threads);
[[nodiscard]] napi_value ToJs(napi_env env,
                              const std::vector<StackFrame>& stack);

[[nodiscard]] napi_value ToJs(napi_env env, const Costs& costs,
                              const CostByPart& by_part, double share,
                              double stretch, const CountTable::Size& table,
                              const StallBook::Totals& stalls);
[[nodiscard]] napi_value ToJs(napi_env env,
                              const std::vector<Inquiry::Answer>& answers);
// A table's handle, and the interval at which it is filled.
[[nodiscard]] napi_value ToJs(napi_env env, napi_value table,
                              std::chrono::microseconds interval);
// `tables` are handles to the stalls' tables, in the same order.
[[nodiscard]] napi_value ToJs(napi_env env, const std::vector<Stall>& stalls,
                              const std::vector<napi_value>& tables);

}  // namespace ox_profile

#endif  // OX_PROFILE_TO_JS_H_
