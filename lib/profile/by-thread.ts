import { ProfileBuilder } from './builder';
import { addCounts, addLines, descriptionOf, frameNumbers, threadDescriptionOf } from './copy';
import { FrameKind } from './frames';
import { Profile, type ProfileThread } from './profile';

/** A thread, and a profile of it alone. */
export interface ThreadProfile {
  readonly thread: ProfileThread;
  readonly profile: Profile;
}

/** `Profile.byThread()`. */
export function byThread(profile: Profile): ThreadProfile[] {
  return profile.threads.map((thread, index) => {
    const end = profile.threads[index + 1]?.firstNode ?? profile.length;
    const alone = nodesOf(profile, thread, end);
    return { thread: alone.threads[0] as ProfileThread, profile: alone };
  });
}

function nodesOf(profile: Profile, thread: ProfileThread, end: number): Profile {
  const { firstNode } = thread;
  const builder = new ProfileBuilder();
  const numberOf = frameNumbers(builder, profile.frames);
  const places = new Uint32Array(end - firstNode);
  let truncated = 0;
  for (let node = firstNode; node < end; node++) {
    const caller = profile.parent[node] as number;
    const frame = profile.frame[node] as number;
    const place =
      caller < 0
        ? builder.thread(threadDescriptionOf(thread))
        : builder.child(places[caller - firstNode] as number, numberOf(frame));
    places[node - firstNode] = place;
    addCounts(builder, place, profile, node);
    if (profile.frames.kind(frame) === FrameKind.truncated) {
      truncated += profile.selfHits[node] as number;
    }
  }
  const inThread = (node: number): boolean => node >= firstNode && node < end;
  addLines(builder, profile, (node) => (inThread(node) ? places[node - firstNode] : undefined));
  const alone = profile.threads.length === 1;
  return builder.finish({
    ...descriptionOf(profile),
    // The profile has one number for all threads; each has its own (truncated).
    dropped: alone ? profile.dropped : Math.min(profile.dropped, truncated),
  });
}
