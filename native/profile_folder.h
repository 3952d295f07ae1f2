#ifndef OX_PROFILE_PROFILE_FOLDER_H_
#define OX_PROFILE_PROFILE_FOLDER_H_

#include <chrono>
#include <memory>
#include <span>

#include "fold.h"
#include "gc_clock.h"
#include "sample_note.h"

namespace v8 {
class CpuProfile;
}

namespace ox_profile {

// The most samples that a profile lists with their times in one rotation; more
// are counted without. A rotation holds this many only when its thread cannot
// be interrupted for long, in one place, where their times tell nothing new.
constexpr unsigned kMaxListedSamples = 1 << 16;

// Turns profiles that V8 has recorded, of one thread and one after the other,
// into plain data.
//
// Not thread-safe: an IsolateProfiler owns one, and calls it on the JS thread.
class ProfileFolder {
 public:
  // What the times of a profile's samples are held against. Samples before
  // `began` and since `drain_began` are the profiler's own; those in
  // `gc_pauses` are the collector's.
  struct Window {
    std::chrono::nanoseconds started{0};  // The profile, by our clock.
    std::chrono::nanoseconds began{0};
    std::chrono::nanoseconds drain_began{0};
    std::chrono::nanoseconds began_cpu{0};  // Of the thread, by then.
    std::span<const SampleNote> notes = {};
    std::span<const GcClock::Pause> gc_pauses = {};
    // Hits of samples from before the profile are left out.
    bool leaves_late = false;
  };

  ProfileFolder();
  ~ProfileFolder();

  ProfileFolder(const ProfileFolder&) = delete;
  ProfileFolder& operator=(const ProfileFolder&) = delete;

  // Fills `fold` with frames, nodes, hits and intervals. Its strings are V8's:
  // good while `profile` lives.
  void FoldInto(const v8::CpuProfile& profile, const Window& window,
                Fold& fold);

  // Says how many hits of each node of the last `fold` are in a stall that
  // began then, and still lasts.
  void CountStallHits(std::chrono::nanoseconds began, Fold& fold) const;

  // The next profile does not go on where the last one ended: what lies between
  // their samples is no interval.
  void EndChain();

 private:
  class State;  // Keeps v8-profiler.h out of this header.
  std::unique_ptr<State> state_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_PROFILE_FOLDER_H_
