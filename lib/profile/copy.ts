import type { ProfileBuilder, ProfileDescription, ThreadDescription } from './builder';
import type { Frames } from './frames';
import type { Profile, ProfileThread } from './profile';

const NONE = 0xffff_ffff;

/** All of a profile that is not in its tree. */
export function descriptionOf(profile: Profile): ProfileDescription {
  const { startMillis, intervalMillis, realInterval, dropped, valueTypes, inverted } = profile;
  return { startMillis, intervalMillis, realInterval, dropped, valueTypes, inverted };
}

/** A thread, but for where its nodes stand. */
export function threadDescriptionOf(thread: ProfileThread): ThreadDescription {
  const { firstNode: _, ...description } = thread;
  return description;
}

/** The numbers in a builder of another profile's frames, each added when it is
 * first asked for. */
export function frameNumbers(builder: ProfileBuilder, frames: Frames): (index: number) => number {
  const numbers = new Uint32Array(frames.length).fill(NONE);
  return (index) => {
    if (numbers[index] === NONE) {
      numbers[index] = builder.frame(frames.at(index), frames.kind(index));
    }
    return numbers[index] as number;
  };
}

/** Whether anything was counted with the node as the end of its stack. */
export function hasCounts(profile: Profile, node: number): boolean {
  const { selfHits, selfWallNanos, selfCpuNanos } = profile;
  return selfHits[node] !== 0 || selfWallNanos[node] !== 0 || selfCpuNanos[node] !== 0;
}

/** Adds a node's own counts to one of a builder. */
export function addCounts(
  builder: ProfileBuilder,
  to: number,
  profile: Profile,
  node: number,
): void {
  builder.add(
    to,
    profile.selfHits[node] as number,
    profile.selfWallNanos[node],
    profile.selfCpuNanos[node],
  );
}

/** Adds the lines of all nodes that `placeOf` has a node for. */
export function addLines(
  builder: ProfileBuilder,
  profile: Profile,
  placeOf: (node: number) => number | undefined,
): void {
  for (let index = 0; index < profile.lineNode.length; index++) {
    const to = placeOf(profile.lineNode[index] as number);
    if (to === undefined) continue;
    builder.addLine(to, profile.lineNumber[index] as number, profile.lineHits[index] as number);
  }
}
