#include "build_info.h"

#include <node_version.h>

namespace ox_profile {

uint32_t BuiltForNodeMajor() { return NODE_MAJOR_VERSION; }

}  // namespace ox_profile
