#ifndef OX_PROFILE_BUILD_INFO_H_
#define OX_PROFILE_BUILD_INFO_H_

#include <cstdint>

namespace ox_profile {

// The Node major whose headers the addon was built with. Any thread.
//
// An addon that speaks Node-API is loaded by every Node, and ours also calls
// V8, whose classes differ from major to major: it has to check for itself.
[[nodiscard]] uint32_t BuiltForNodeMajor();

}  // namespace ox_profile

#endif  // OX_PROFILE_BUILD_INFO_H_
