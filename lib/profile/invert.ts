import { expectCount, expectOptions } from '../arguments';
import { ProfileBuilder } from './builder';
import { addCounts, descriptionOf, frameNumbers, hasCounts, threadDescriptionOf } from './copy';
import type { Profile } from './profile';

export interface InvertOptions {
  /** At most so many nodes below the leaves, default 1 000 000: an inverted tree can be as
   * large as all stacks together. Callers farthest from the leaves are left out,
   * and their counts stay with the callee; no count is lost. */
  maxNodes?: number;
}

/** Steps up a stack for each node that is allowed, at most: stacks of deep
 * recursion cost time even where they add no nodes. */
const STEPS_PER_NODE = 8;

/**
 * `Profile.invert()`. All stacks climb together, one caller a turn, so that what
 * is near the leaves is there before the bounds are reached.
 */
export function invert(profile: Profile, options: unknown): Profile {
  const given = expectOptions('the options', options, ['maxNodes']);
  const bounds = { min: 1, max: Infinity };
  const maxNodes = expectCount('maxNodes', given.maxNodes ?? 1_000_000, bounds);
  const { parent, frame, thread } = profile;
  const builder = new ProfileBuilder();
  const numberOf = frameNumbers(builder, profile.frames);
  const roots = profile.threads.map((each) => builder.thread(threadDescriptionOf(each)));

  const leaves = Uint32Array.from(profile.walk()).filter((node) => hasCounts(profile, node));
  /** Where each stack is: its next frame, and what has been built of it. */
  const next = Int32Array.from(leaves);
  const built = Uint32Array.from(leaves, (node) => roots[thread[node] as number] as number);
  let climbing = Uint32Array.from(leaves, (_, stack) => stack);
  let steps = 0;
  // Leaves are all there, whatever the bounds: they are what was asked for.
  const isInBounds = (): boolean =>
    steps <= leaves.length || (builder.length < maxNodes && steps < maxNodes * STEPS_PER_NODE);
  while (climbing.length > 0 && isInBounds()) {
    for (const stack of climbing) {
      steps++;
      if (!isInBounds()) break;
      const node = next[stack] as number;
      const caller = parent[node] as number;
      if (caller >= 0) {
        built[stack] = builder.child(built[stack] as number, numberOf(frame[node] as number));
      }
      next[stack] = caller;
    }
    climbing = climbing.filter((stack) => (next[stack] as number) >= 0);
  }
  leaves.forEach((node, stack) => {
    addCounts(builder, built[stack] as number, profile, node);
  });
  return builder.finish({ ...descriptionOf(profile), inverted: !profile.inverted });
}
