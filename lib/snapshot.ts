import type { NativeSnapshot } from './native';
import { Frames } from './profile/frames';
import { Profile } from './profile/profile';

/** Makes a profile of what a native table held. */
export function profileOfSnapshot(
  snapshot: NativeSnapshot,
  taken: { startMillis: number; intervalMillis: number },
): Profile {
  return new Profile({
    frames: new Frames(snapshot.strings, snapshot.frames),
    threads: snapshot.threads.map((thread) => ({
      id: thread.id,
      name: thread.name,
      firstNode: thread.firstNode,
      durationNanos: thread.elapsedNanos,
      unattributedNanos: thread.unattributedNanos,
    })),
    parent: snapshot.parent,
    frame: snapshot.frame,
    selfHits: snapshot.selfHits,
    selfWallNanos: snapshot.selfWallNanos,
    selfCpuNanos: snapshot.selfCpuNanos,
    startMillis: taken.startMillis,
    intervalMillis: taken.intervalMillis,
    realInterval: snapshot.intervals.count > 0 ? snapshot.intervals : null,
    dropped: snapshot.dropped,
  });
}
