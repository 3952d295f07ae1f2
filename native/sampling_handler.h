#ifndef OX_PROFILE_SAMPLING_HANDLER_H_
#define OX_PROFILE_SAMPLING_HANDLER_H_

namespace ox_profile {

// Puts our handler of the sampling signal before V8's, where it is not there.
// It shows each signal to its SampledThread, and hands it on.
//
// V8 puts its own handler in place for its first profile in the process, and
// takes everybody's away with its last. So this is called whenever a profile
// was started, and a profile has to go on meanwhile. `was_missed` says that V8
// has taken samples that ours was not asked about: then another's handler is
// before V8's, and ours goes before that one. Such a one that came after ours
// asks ours.
//
// Any thread. Does nothing where V8 samples without signals (Windows).
void PlaceSamplingHandler(bool was_missed);

}  // namespace ox_profile

#endif  // OX_PROFILE_SAMPLING_HANDLER_H_
