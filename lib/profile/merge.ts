import { ProfilerError } from '../errors';
import { wrongType } from '../arguments';
import { ProfileBuilder, type ThreadDescription } from './builder';
import { addLines, descriptionOf, frameNumbers, threadDescriptionOf } from './copy';
import { Profile, type ProfileThread, type RealInterval } from './profile';
import { valueTypes, type ValueName, type ValueType } from './values';

/** `Profile.merge()`. */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const [first, ...others] = profiles;
  if (first === undefined) throw wrongType('at least one profile', 'the profiles', undefined);
  expectComparable(profiles);
  const builder = new ProfileBuilder();
  const roots = new Map<string, number>();
  for (const [key, thread] of mergeThreads(profiles)) roots.set(key, builder.thread(thread));
  const shared = sharedValueTypes(profiles);
  const has = (name: ValueName): boolean => shared.some((each) => each.name === name);
  const [samples, wall, cpu] = [has('samples'), has('wall'), has('cpu')];
  for (const profile of profiles) {
    const places = addTree(builder, roots, profile);
    for (let node = 0; node < profile.length; node++) {
      builder.add(
        places[node] as number,
        samples ? (profile.selfHits[node] as number) : 0,
        wall ? profile.selfWallNanos[node] : 0,
        cpu ? profile.selfCpuNanos[node] : 0,
      );
    }
    if (samples) addLines(builder, profile, (node) => places[node]);
  }
  return builder.finish({
    ...descriptionOf(first),
    startMillis: profiles.reduce((least, each) => Math.min(least, each.startMillis), Infinity),
    intervalMillis: mergeIntervals(profiles),
    realInterval: others.reduce<RealInterval | null>(
      (sum, each) => mergeRealIntervals(sum, each.realInterval),
      first.realInterval,
    ),
    dropped: profiles.reduce((sum, each) => sum + each.dropped, 0),
    valueTypes: shared,
  });
}

/**
 * Checks that profiles can be put together.
 *
 * @throws ProfilerError `ERR_PROFILER_NOT_COMPARABLE`
 */
export function expectComparable(profiles: readonly Profile[]): void {
  profiles.forEach((each: unknown, index) => {
    if (!(each instanceof Profile)) throw wrongType('a Profile', `profile ${String(index)}`, each);
  });
  if (sharedValueTypes(profiles).length === 0) {
    const values = profiles.map((each) => each.valueTypes.map(({ name }) => name).join(' and '));
    throw new ProfilerError(
      'ERR_PROFILER_NOT_COMPARABLE',
      `Expected profiles with a value in common but they have: ${values.join('; ')}`,
    );
  }
  if (profiles.some((each) => each.inverted !== profiles[0]?.inverted)) {
    throw new ProfilerError(
      'ERR_PROFILER_NOT_COMPARABLE',
      'Expected profiles that are all inverted, or none of them, but some are',
    );
  }
}

/** The values that all of them have. */
export function sharedValueTypes(profiles: readonly Profile[]): ValueType[] {
  return valueTypes.filter(({ name }) =>
    profiles.every((profile) => profile.valueTypes.some((each) => each.name === name)),
  );
}

/** Threads of one id and name are one. */
export function threadKey({ id, name }: Pick<ProfileThread, 'id' | 'name'>): string {
  return `${String(id)} ${name}`;
}

/** All threads, in the order in which they first come. */
export function mergeThreads(profiles: readonly Profile[]): Map<string, ThreadDescription> {
  const threads = new Map<string, ThreadDescription>();
  for (const each of profiles.flatMap((profile) => profile.threads)) {
    const key = threadKey(each);
    const thread = threadDescriptionOf(each);
    const known = threads.get(key);
    threads.set(key, known === undefined ? thread : mergeThread(known, thread));
  }
  return threads;
}

function mergeThread(known: ThreadDescription, added: ThreadDescription): ThreadDescription {
  const { lastSeen: _, ...others } = known;
  return {
    ...others,
    ended: known.ended && added.ended,
    durationNanos: known.durationNanos + added.durationNanos,
    unattributedNanos: known.unattributedNanos + added.unattributedNanos,
    ageNanos: Math.max(known.ageNanos, added.ageNanos),
    // The later one knows better where it is now, or that it does answer.
    ...(added.lastSeen === undefined ? {} : { lastSeen: added.lastSeen }),
  };
}

/**
 * Adds the nodes of a profile, without counts, to a builder that has its threads.
 *
 * @param roots by `threadKey`
 * @param numberOf the number in the builder of a frame
 * @returns the node in the builder of each node
 */
export function addTree(
  builder: ProfileBuilder,
  roots: ReadonlyMap<string, number>,
  profile: Profile,
  numberOf = frameNumbers(builder, profile.frames),
): Uint32Array {
  const places = new Uint32Array(profile.length);
  const rootOf = profile.threads.map((thread) => roots.get(threadKey(thread)) as number);
  for (let node = 0; node < profile.length; node++) {
    const caller = profile.parent[node] as number;
    places[node] =
      caller < 0
        ? (rootOf[profile.thread[node] as number] as number)
        : builder.child(places[caller] as number, numberOf(profile.frame[node] as number));
  }
  return places;
}

/** The interval that was asked for in all, or its mean by samples. */
function mergeIntervals(profiles: readonly Profile[]): number {
  const [first] = profiles;
  if (profiles.every((each) => each.intervalMillis === first?.intervalMillis)) {
    return first?.intervalMillis ?? 0;
  }
  const samples = profiles.reduce((sum, each) => sum + each.sums.samples, 0);
  return profiles.reduce((sum, { sums, intervalMillis }) => {
    return sum + intervalMillis * (samples > 0 ? sums.samples / samples : 1 / profiles.length);
  }, 0);
}

/** Mean and deviation of two sets of which each's own are known: T. Chan, G. Golub
 * and R. LeVeque, Updating formulae and a pairwise algorithm (1979). */
function mergeRealIntervals(a: RealInterval | null, b: RealInterval | null): RealInterval | null {
  if (a === null || b === null) return a ?? b;
  const count = a.count + b.count;
  const difference = b.mean - a.mean;
  const squares =
    a.stdev ** 2 * (a.count - 1) +
    b.stdev ** 2 * (b.count - 1) +
    (difference ** 2 * a.count * b.count) / count;
  return {
    count,
    mean: a.mean + (difference * b.count) / count,
    stdev: count > 1 ? Math.sqrt(Math.max(0, squares) / (count - 1)) : 0,
  };
}
