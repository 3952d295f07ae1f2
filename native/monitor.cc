#include "monitor.h"

#include <algorithm>
#include <cstdlib>

namespace ox_profile {

Monitor::Monitor() {
  // They refuse where there is no memory at all.
  if (uv_mutex_init(&mutex_) != 0 || uv_cond_init(&changed_) != 0) std::abort();
}

Monitor::~Monitor() {
  uv_cond_destroy(&changed_);
  uv_mutex_destroy(&mutex_);
}

void Monitor::Wait(std::unique_lock<Monitor>&) {
  uv_cond_wait(&changed_, &mutex_);
}

void Monitor::WaitFor(std::unique_lock<Monitor>&,
                      std::chrono::nanoseconds most) {
  const auto least = std::chrono::nanoseconds::zero();
  uv_cond_timedwait(&changed_, &mutex_,
                    static_cast<uint64_t>(std::max(most, least).count()));
}

}  // namespace ox_profile
