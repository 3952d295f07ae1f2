import {
  expectBoolean,
  expectCount,
  expectOneOf,
  expectOptions,
  expectPattern,
} from './arguments';
import type { Profile } from './profile/profile';
import { rankFunctions, type ProfileRecord, type SortOrder } from './profile/top-functions';

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
  /** Time profiled, pauses left out. */
  readonly durationMillis: number;
  readonly idleMillis: number;
  readonly gcMillis: number;
  /** Time that the profiler itself stopped the event loop for its drains. */
  readonly profilerMillis: number;
  /** Time at work that no sample has divided among functions yet. */
  readonly unattributedMillis: number;
  /** What has to be known to read the figures right; mostly empty. */
  readonly notes: readonly string[];
}

const names = ['filter', 'maxRecords', 'sort', 'includeSystem'] as const;

export function expectSort(value: unknown): SortOrder {
  return expectOneOf('sort', value, ['total', 'self']);
}

/**
 * Ranks the functions of a profile.
 *
 * @throws TypeError, RangeError for an option that is unknown or out of bounds
 */
export function queryProfile(
  profile: Profile,
  options: unknown,
  notes: readonly string[],
): QueryResult {
  const given = expectOptions('the query options', options, names);
  const { filter, maxRecords = 10, sort = 'total', includeSystem = false } = given;
  const { records, totalRecords } = rankFunctions(profile, {
    limit: expectCount('maxRecords', maxRecords, { min: 0, max: Infinity }),
    sort: expectSort(sort),
    includeSystem: expectBoolean('includeSystem', includeSystem),
    ...(filter === undefined ? {} : { filter: expectPattern('filter', filter) }),
  });
  const { sums } = profile;
  return {
    records,
    totalRecords,
    samples: sums.samples,
    idleSamples: sums.idleSamples,
    gcSamples: sums.gcSamples,
    droppedSamples: profile.dropped,
    durationMillis: sums.durationMillis,
    idleMillis: sums.idleMillis,
    gcMillis: sums.gcMillis,
    profilerMillis: sums.profilerMillis,
    unattributedMillis: sums.unattributedMillis,
    notes,
  };
}
