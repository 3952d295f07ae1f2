#ifndef OX_PROFILE_V8_COMPAT_H_
#define OX_PROFILE_V8_COMPAT_H_

// Everything in which the Node majors that we build for differ. A type whose
// layout changed between them (CpuProfilingOptions, LineTick) is only ever used
// through this header's names, and an addon is built for each major.

#include <v8-profiler.h>
#include <v8.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace ox_profile::v8_compat {

// Options for one anonymous profile of function nodes at the given interval,
// which V8 rounds up to a multiple of the profiler's base interval. At most
// `max_samples` are listed with their times; hits are counted without bound.
inline v8::CpuProfilingOptions ProfileOptions(
    unsigned max_samples, std::chrono::microseconds interval) {
  // From Node 26 on a fifth parameter names who started the profile; its
  // default, "unspecified", is right for us.
  return v8::CpuProfilingOptions(v8::kLeafNodeLineNumbers, max_samples,
                                 static_cast<int>(interval.count()));
}

using LineTick = v8::CpuProfileNode::LineTick;

// Fills `ticks` with the hits of a node by source line, in the order of the
// lines. From Node 26 on a line may come more than once, with other columns.
inline void GetLineTicks(const v8::CpuProfileNode& node,
                         std::vector<LineTick>& ticks) {
  ticks.resize(node.GetHitLineCount());
  if (ticks.empty()) return;
  if (!node.GetLineTicks(ticks.data(), static_cast<unsigned>(ticks.size()))) {
    ticks.clear();
  }
  std::sort(
      ticks.begin(), ticks.end(),
      [](const LineTick& a, const LineTick& b) { return a.line < b.line; });
}

}  // namespace ox_profile::v8_compat

#endif  // OX_PROFILE_V8_COMPAT_H_
