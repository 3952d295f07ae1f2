import { expectCount, expectOptions } from './arguments';
import type { Profile, ProfileSums } from './profile/profile';
import {
  checkTopFunctionsOptions,
  rankFunctions,
  type ProfileRecord,
  type SortOrder,
  type TopFunctionsOptions,
} from './profile/top-functions';
import { expectThread, type ThreadChoice } from './threads/choose';

/** What to ask for. */
export interface QueryOptions {
  /** Functions whose name, or whose `url:line:column`, it matches. A string is
   * the source of a regular expression. */
  filter?: RegExp | string;
  /** At most so many records; `Infinity` for all. Default 10. */
  maxRecords?: number;
  /** By `hits` (`'total'`, the default) or by `selfHits` (`'self'`). */
  sort?: SortOrder;
  /** Also records for (idle), (program), (garbage collector), (profiler) and
   * (truncated). Default false. */
  includeSystem?: boolean;
  /** Only this thread, by id or name. Default: all together. */
  thread?: ThreadChoice;
}

/** The answer to a query. All times are milliseconds of wall time. */
export interface QueryResult {
  readonly records: readonly ProfileRecord[];
  /** Different functions that match, before `maxRecords`. */
  readonly totalRecords: number;
  /** Samples of the thread at work: `hits` are shares of these. */
  readonly samples: number;
  /** Samples that found the event loop waiting. The sampling signal is held
   * back while it waits: `idleMillis`, and not this, says how long it was. */
  readonly idleSamples: number;
  readonly gcSamples: number;
  /** Samples whose stack no longer fitted into the table; part of `samples`. */
  readonly droppedSamples: number;
  /** Time profiled, pauses left out; of the thread profiled longest. */
  readonly durationMillis: number;
  /** The durations of all threads together, which the times below are part of. */
  readonly threadMillis: number;
  readonly idleMillis: number;
  readonly gcMillis: number;
  /** Time that the profiler itself stopped the event loop for its drains. */
  readonly profilerMillis: number;
  /** Time at work that no sample has divided among functions yet. */
  readonly unattributedMillis: number;
  /** What has to be known to read the figures right; mostly empty. */
  readonly notes: readonly string[];
}

const names = ['filter', 'maxRecords', 'sort', 'includeSystem', 'thread'] as const;

/** What a query is answered from. */
export interface RankedFunctions {
  readonly records: readonly ProfileRecord[];
  readonly totalRecords: number;
  readonly sums: ProfileSums;
  readonly dropped: number;
}

/** @throws TypeError, RangeError for an option that is unknown or out of bounds */
export function checkQueryOptions(
  options: unknown,
): TopFunctionsOptions & { thread: ThreadChoice | undefined } {
  const { maxRecords = 10, thread, ...others } = expectOptions('the query options', options, names);
  const limit = expectCount('maxRecords', maxRecords, { min: 0, max: Infinity });
  return {
    ...checkTopFunctionsOptions({ ...others, limit }),
    thread: expectThread('thread', thread),
  };
}

/** Ranks the functions of a profile. */
export function rankProfile(profile: Profile, options: TopFunctionsOptions): RankedFunctions {
  return {
    ...rankFunctions(profile, options),
    sums: profile.sums,
    dropped: profile.dropped,
  };
}

export function answerOf(ranked: RankedFunctions, notes: readonly string[]): QueryResult {
  const { sums } = ranked;
  return {
    records: ranked.records,
    totalRecords: ranked.totalRecords,
    samples: sums.samples,
    idleSamples: sums.idleSamples,
    gcSamples: sums.gcSamples,
    droppedSamples: ranked.dropped,
    durationMillis: sums.durationMillis,
    threadMillis: sums.threadMillis,
    idleMillis: sums.idleMillis,
    gcMillis: sums.gcMillis,
    profilerMillis: sums.profilerMillis,
    unattributedMillis: sums.unattributedMillis,
    notes,
  };
}
