import {
  expectBoolean,
  expectCount,
  expectOneOf,
  expectOptions,
  expectPattern,
} from '../arguments';
import { FrameKind, type Frame } from './frames';
import { byCounts, columnsOf, functionTotals, type FunctionTotals } from './function-totals';
import type { Profile } from './profile';
import { expectValue, isAtWork, NO_SHARES, sharesOf, wholeOf, type Shares } from './shares';
import type { ValueName } from './values';

/** What was counted of a function. */
export interface FunctionCounts {
  /** Samples that contain it, once each however deep it recurses. */
  readonly hits: number;
  /** Samples in which it is the leaf. */
  readonly selfHits: number;
  /** Milliseconds of wall time in it and what it called. */
  readonly wallMillis: number;
  readonly selfWallMillis: number;
  /** Milliseconds of CPU time of its thread, likewise. */
  readonly cpuMillis: number;
  readonly selfCpuMillis: number;
}

/** A function (or, when asked for, a state) and what was counted for it. */
export interface ProfileRecord extends Frame, FunctionCounts {}

/** A function, with its shares of all samples (or time) of threads at work. */
export interface RankedFunction extends ProfileRecord, Shares {}

/** By hits of samples that contain a function, or of those it is the leaf of. */
export type SortOrder = 'total' | 'self';

export interface TopFunctionsOptions {
  /** At most so many; all by default. */
  limit?: number;
  /** Default `'total'`. */
  sort?: SortOrder;
  /** Functions whose name, or whose `url:line:column`, it matches. */
  filter?: RegExp;
  /** Also (idle), (program), (garbage collector), (profiler), (truncated). */
  includeSystem?: boolean;
  /** What shares are of, and what is sorted by: samples (the default, where they
   * were counted), wall time or CPU time. */
  value?: ValueName;
}

const NANOS_PER_MILLI = 1e6;

const names = ['limit', 'sort', 'filter', 'includeSystem'] as const;

export function checkTopFunctionsOptions(options: unknown): TopFunctionsOptions {
  const given = expectOptions('the options', options, names);
  const { limit = Infinity, sort = 'total', filter, includeSystem = false } = given;
  return {
    limit: expectCount('limit', limit, { min: 0, max: Infinity }),
    sort: expectSort(sort),
    includeSystem: expectBoolean('includeSystem', includeSystem),
    ...(filter === undefined ? {} : { filter: expectPattern('filter', filter) }),
  };
}

export function expectSort(value: unknown): SortOrder {
  return expectOneOf('sort', value, ['total', 'self']);
}

/** `Profile.topFunctions()`. */
export function topFunctions(profile: Profile, options: unknown): RankedFunction[] {
  const { value: given, ...others } = expectOptions('the options', options, [...names, 'value']);
  const value = expectValue(given, profile);
  const whole = wholeOf(profile, value);
  const totals = functionTotals(profile);
  const [total, self] = columnsOf(totals, value);
  const ranked = rank(profile, totals, { ...checkTopFunctionsOptions(others), value });
  return ranked.frames.map((frame) => ({
    ...recordOf(profile, totals, frame),
    ...(isAtWork(profile.frames.kind(frame))
      ? sharesOf(total[frame] as number, self[frame] as number, whole)
      : NO_SHARES),
  }));
}

/** The first `limit` functions, and of how many. */
export function rankFunctions(
  profile: Profile,
  options: TopFunctionsOptions = {},
): { records: ProfileRecord[]; totalRecords: number } {
  const totals = functionTotals(profile);
  const { frames, totalRecords } = rank(profile, totals, options);
  return { records: frames.map((frame) => recordOf(profile, totals, frame)), totalRecords };
}

function rank(
  profile: Profile,
  totals: FunctionTotals,
  options: TopFunctionsOptions,
): { frames: number[]; totalRecords: number } {
  const { limit = Infinity, sort = 'total', value = 'samples' } = options;
  const frames = matchingFrames(profile, totals, options);
  const ranked = smallest(frames, limit, byCounts(totals, value, sort));
  return { frames: ranked, totalRecords: frames.length };
}

/** The first `limit` of `items` in `order`. A few of many are not worth sorting
 * all for: it is done on the thread that is profiled. */
export function smallest(
  items: readonly number[],
  limit: number,
  order: (a: number, b: number) => number,
): number[] {
  if (limit >= items.length || limit > 100) return items.toSorted(order).slice(0, limit);
  const kept: number[] = [];
  for (const item of items) {
    if (kept.length === limit && (limit === 0 || order(item, kept[limit - 1] as number) >= 0)) {
      continue;
    }
    let place = kept.length < limit ? kept.length : limit - 1;
    for (; place > 0 && order(item, kept[place - 1] as number) < 0; place--) {
      kept[place] = kept[place - 1] as number;
    }
    kept[place] = item;
  }
  return kept;
}

function matchingFrames(
  profile: Profile,
  totals: FunctionTotals,
  { filter, includeSystem = false }: TopFunctionsOptions,
): number[] {
  const { frames } = profile;
  const found: number[] = [];
  for (let index = 0; index < frames.length; index++) {
    const kind = frames.kind(index);
    if (kind === FrameKind.root) continue;
    if (kind !== FrameKind.function && !includeSystem) continue;
    if (isEmpty(totals, index)) continue;
    if (filter !== undefined && !matches(filter, frames.at(index))) continue;
    found.push(index);
  }
  return found;
}

/** Whether nothing was counted. */
export function isEmpty({ hits, wall, cpu }: FunctionTotals, index: number): boolean {
  return hits[index] === 0 && wall[index] === 0 && cpu[index] === 0;
}

function matches(filter: RegExp, { name, url, line, column }: Frame): boolean {
  return filter.test(name) || filter.test(`${url}:${String(line)}:${String(column)}`);
}

function recordOf(profile: Profile, totals: FunctionTotals, frame: number): ProfileRecord {
  return { ...profile.frames.at(frame), ...countsOf(totals, frame) };
}

/** What was counted of a function or group, times in milliseconds. */
export function countsOf(totals: FunctionTotals, index: number): FunctionCounts {
  const millis = (column: Float64Array): number => (column[index] as number) / NANOS_PER_MILLI;
  return {
    hits: totals.hits[index] as number,
    selfHits: totals.selfHits[index] as number,
    wallMillis: millis(totals.wall),
    selfWallMillis: millis(totals.selfWall),
    cpuMillis: millis(totals.cpu),
    selfCpuMillis: millis(totals.selfCpu),
  };
}
