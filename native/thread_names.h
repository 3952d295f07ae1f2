#ifndef OX_PROFILE_THREAD_NAMES_H_
#define OX_PROFILE_THREAD_NAMES_H_

#include <string>

#include "count_table.h"

namespace ox_profile {

// The names that workers were given by whoever started them. Not every Node
// tells a worker its name. Any thread may call any of these.
void NameThread(ThreadId thread, const std::string& name);
[[nodiscard]] std::string NameOfThread(ThreadId thread,
                                       const std::string& fallback);
void ForgetNameOfThread(ThreadId thread);

}  // namespace ox_profile

#endif  // OX_PROFILE_THREAD_NAMES_H_
