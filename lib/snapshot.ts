import { ProfilerError } from './errors';
import { native, type NativeSnapshot, type NativeStats, type NativeTable } from './native';
import { Frames, type Frame } from './profile/frames';
import { Profile, sumsOf, type ProfileThread } from './profile/profile';
import type { TopFunctionsOptions } from './profile/top-functions';
import type { RankedFunctions } from './query';
import { idsOf, type ThreadChoice } from './threads/choose';

function threadsOf(threads: NativeSnapshot['threads']): ProfileThread[] {
  return threads.map((thread) => ({
    id: thread.id,
    name: thread.name,
    ended: thread.ended,
    firstNode: thread.firstNode,
    durationNanos: thread.elapsedNanos,
    unattributedNanos: thread.unattributedNanos,
    ageNanos: thread.ended ? 0 : thread.ageNanos,
  }));
}

export function expectResult<T>(result: T | undefined): T {
  if (result === undefined) {
    throw new ProfilerError(
      'ERR_PROFILER_TOO_LARGE',
      'Expected names that fit into one string of V8 but they are longer: reset() the counts, ' +
        'or use a smaller maxNodes',
    );
  }
  return result;
}

function threadIds(
  table: NativeTable,
  thread: ThreadChoice | undefined,
): Float64Array | undefined {
  if (thread === undefined) return undefined;
  return Float64Array.from(idsOf(thread, expectResult(native.threads(table))));
}

/** The functions of a native table with the largest counts, ranked natively. */
export function rankTable(
  table: NativeTable,
  { limit = Infinity, sort = 'total', includeSystem = false }: TopFunctionsOptions,
  thread: ThreadChoice | undefined,
): RankedFunctions {
  const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
  const ranking = expectResult(
    native.rankTable(table, most, sort === 'self', includeSystem, threadIds(table, thread)),
  );
  return {
    records: ranking.records,
    totalRecords: ranking.totalRecords,
    sums: sumsOf(ranking.hitsOfKind, ranking.wallNanosOfKind, threadsOf(ranking.threads)),
    dropped: ranking.dropped,
  };
}

/** What profiling cost and met with. */
export function nativeStats(table: NativeTable): NativeStats {
  return expectResult(native.stats(table));
}

/** Makes a profile of what a native table holds. */
export function profileOfTable(
  table: NativeTable,
  taken: {
    intervalMillis: number;
    thread?: ThreadChoice | undefined;
    /** By thread, of those that gave no answer. */
    lastSeen?: ReadonlyMap<number, readonly Frame[]>;
  },
): Profile {
  const snapshot = expectResult(native.takeSnapshot(table, threadIds(table, taken.thread)));
  return new Profile({
    frames: new Frames(snapshot.strings, snapshot.frames),
    threads: threadsOf(snapshot.threads).map((thread) => {
      const lastSeen = taken.lastSeen?.get(thread.id);
      return lastSeen === undefined ? thread : { ...thread, lastSeen };
    }),
    parent: snapshot.parent,
    frame: snapshot.frame,
    selfHits: snapshot.selfHits,
    selfWallNanos: snapshot.selfWallNanos,
    selfCpuNanos: snapshot.selfCpuNanos,
    lineNode: snapshot.lineNode,
    lineNumber: snapshot.lineNumber,
    lineHits: snapshot.lineHits,
    startMillis: snapshot.startMillis,
    intervalMillis: taken.intervalMillis,
    realInterval: snapshot.intervals.count > 0 ? snapshot.intervals : null,
    dropped: snapshot.dropped,
  });
}
