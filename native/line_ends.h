#ifndef OX_PROFILE_LINE_ENDS_H_
#define OX_PROFILE_LINE_ENDS_H_

namespace v8 {
class Isolate;
}

namespace ox_profile {

// Has V8 find the line ends of all scripts that have code. To be called on the
// JS thread before each walk of V8's over the existing code: when a profiler is
// created, or, if it is a lazy one, whenever its first profile is started.
//
// Without it that walk can hang the process for good, or crash it. V8 holds the
// lock of its code logger while it tells its profiler of a function. If another
// script's function is inlined into it whose lines are not known yet, their
// ends are computed under the lock, into a new array in the heap; and if the
// heap is full at that moment, garbage is collected there.
//  - V8 11.3 (Node 20) and 12.4 (22): each full collection takes the same lock,
//    which is not recursive. So does the start of incremental marking before
//    22.13 or later (nodejs/node#65140).
//  - V8 13.6 (24) and 14.6 (26): the lock is recursive, but threads that help
//  to
//    compact the heap take it too, while the one that holds it waits for them.
//  - Where none helps, V8 goes on with the address that the code had before it
//    was moved.
// What is known already takes no memory: then nothing is allocated under the
// lock.
void ComputeLineEnds(v8::Isolate* isolate);

}  // namespace ox_profile

#endif  // OX_PROFILE_LINE_ENDS_H_
