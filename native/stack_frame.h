#ifndef OX_PROFILE_STACK_FRAME_H_
#define OX_PROFILE_STACK_FRAME_H_

#include <cstdint>
#include <string>

namespace ox_profile {

// A frame of a stack, with texts of its own. Lines and columns count from 1; 0
// is unknown.
struct StackFrame {
  std::string name;
  std::string url;
  int32_t line = 0;
  int32_t column = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_STACK_FRAME_H_
