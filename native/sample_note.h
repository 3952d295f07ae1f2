#ifndef OX_PROFILE_SAMPLE_NOTE_H_
#define OX_PROFILE_SAMPLE_NOTE_H_

#include <chrono>

namespace ox_profile {

// What was noted of a thread when a sample was taken of it.
struct SampleNote {
  enum class Doing {
    kRan,             // Outside of the system.
    kLeftSystemCall,  // Came back from a call of the system just then.
    kWaited,          // In a call that the sample's signal ended.
  };

  std::chrono::nanoseconds at{0};   // On MonotonicNow's clock.
  std::chrono::nanoseconds cpu{0};  // That the thread had used by then.
  Doing doing = Doing::kRan;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLE_NOTE_H_
