import { ProfileBuilder } from './builder';
import { addTree, expectComparable, threadKey } from './merge';
import { descriptionOf, threadDescriptionOf } from './copy';
import type { Profile, ProfileThread, RealInterval } from './profile';

/** Threads that ended are, after many more have, told as one. */
const FOLDED_THREADS = -1;

/**
 * `Profile.since()`.
 *
 * @param earlierMillis when the earlier one was taken, where that is known: the
 *   beginning of the result
 */
export function since(later: Profile, earlier: Profile, earlierMillis?: number): Profile {
  expectComparable([later, earlier]);
  if (earlier.startMillis !== later.startMillis) return later;

  const builder = new ProfileBuilder();
  const now = new Set(later.threads.map(threadKey));
  const roots = new Map<string, number>();
  for (const thread of later.threads) {
    const key = threadKey(thread);
    // Those that are in none now were folded since.
    const before = earlier.threads.filter((each) => {
      const eachKey = threadKey(each);
      return eachKey === key || (thread.id === FOLDED_THREADS && !now.has(eachKey));
    });
    roots.set(key, builder.thread(lessBefore(thread, before)));
  }
  const folded = later.threads.find(({ id }) => id === FOLDED_THREADS);
  for (const thread of earlier.threads) {
    const key = threadKey(thread);
    if (roots.has(key)) continue;
    const root =
      folded === undefined ? builder.thread(nothingOf(thread)) : roots.get(threadKey(folded));
    roots.set(key, root as number);
  }

  const was = addTree(builder, roots, earlier);
  const is = addTree(builder, roots, later);
  const grown = (of: (profile: Profile) => Float64Array): Float64Array => {
    const grown = new Float64Array(builder.length);
    of(earlier).forEach((count, node) => {
      const place = was[node] as number;
      grown[place] = (grown[place] as number) - count;
    });
    of(later).forEach((count, node) => {
      const place = is[node] as number;
      grown[place] = (grown[place] as number) + count;
    });
    return grown;
  };
  const hits = grown(({ selfHits }) => selfHits);
  const wall = grown(({ selfWallNanos }) => selfWallNanos);
  const cpu = grown(({ selfCpuNanos }) => selfCpuNanos);
  for (let node = 0; node < builder.length; node++) {
    builder.add(node, above(hits[node]), above(wall[node]), above(cpu[node]));
  }
  addGrownLines(builder, hits, { profile: earlier, places: was }, { profile: later, places: is });
  return builder.finish({
    ...descriptionOf(later),
    startMillis: earlierMillis ?? later.startMillis,
    realInterval: intervalSince(later.realInterval, earlier.realInterval),
    dropped: above(later.dropped - earlier.dropped),
  });
}

/** No less than nothing: times that were not yet divided may move. */
function above(count: number | undefined): number {
  return Math.max(0, count ?? 0);
}

function lessBefore(
  thread: ProfileThread,
  before: readonly ProfileThread[],
): ReturnType<typeof threadDescriptionOf> {
  const less = (of: (thread: ProfileThread) => number): number =>
    above(before.reduce((left, each) => left - of(each), of(thread)));
  return {
    ...threadDescriptionOf(thread),
    durationNanos: less(({ durationNanos }) => durationNanos),
    unattributedNanos: less(({ unattributedNanos }) => unattributedNanos),
  };
}

/** Mean and deviation of what a set has beyond a part of it: the inverse of how
 * two are put together, see merge.ts. */
function intervalSince(all: RealInterval | null, part: RealInterval | null): RealInterval | null {
  if (all === null || part === null) return all;
  const count = all.count - part.count;
  if (count <= 0) return null;
  const mean = (all.mean * all.count - part.mean * part.count) / count;
  const squares =
    all.stdev ** 2 * (all.count - 1) -
    part.stdev ** 2 * (part.count - 1) -
    ((mean - part.mean) ** 2 * part.count * count) / all.count;
  return { count, mean, stdev: count > 1 ? Math.sqrt(above(squares) / (count - 1)) : 0 };
}

function nothingOf(thread: ProfileThread): ReturnType<typeof threadDescriptionOf> {
  return { ...threadDescriptionOf(thread), durationNanos: 0, unattributedNanos: 0 };
}

interface Placed {
  readonly profile: Profile;
  /** In the builder, of each node. */
  readonly places: Uint32Array;
}

/** Lines of the nodes that have more hits now; never more of them than hits. */
function addGrownLines(
  builder: ProfileBuilder,
  grownHits: Float64Array,
  earlier: Placed,
  later: Placed,
): void {
  const before = new Map<string, number>();
  const keyOf = ({ profile, places }: Placed, index: number): string =>
    `${String(places[profile.lineNode[index] as number])} ${String(profile.lineNumber[index])}`;
  earlier.profile.lineHits.forEach((hits, index) => {
    const place = earlier.places[earlier.profile.lineNode[index] as number] as number;
    if (above(grownHits[place]) > 0) {
      const key = keyOf(earlier, index);
      before.set(key, (before.get(key) ?? 0) + hits);
    }
  });
  const left = Float64Array.from(grownHits);
  later.profile.lineHits.forEach((hits, index) => {
    const place = later.places[later.profile.lineNode[index] as number] as number;
    const most = above(left[place]);
    if (most === 0) return;
    const grown = Math.min(most, above(hits - (before.get(keyOf(later, index)) ?? 0)));
    if (grown === 0) return;
    left[place] = most - grown;
    builder.addLine(place, later.profile.lineNumber[index] as number, grown);
  });
}
