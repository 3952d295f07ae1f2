import {
  expectBoolean,
  expectCount,
  expectOneOf,
  expectOptions,
  expectPattern,
} from '../arguments';
import { FrameKind, type Frame } from './frames';
import type { Profile } from './profile';

/** A function (or, when asked for, a state) and what was counted for it. */
export interface ProfileRecord extends Frame {
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
}

interface FunctionTotals {
  hits: Float64Array;
  selfHits: Float64Array;
  wall: Float64Array;
  selfWall: Float64Array;
  cpu: Float64Array;
  selfCpu: Float64Array;
}

const NANOS_PER_MILLI = 1e6;


export function checkTopFunctionsOptions(options: unknown): TopFunctionsOptions {
  const given = expectOptions('the options', options, ['limit', 'sort', 'filter', 'includeSystem']);
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

/** The first `limit` functions, and of how many. */
export function rankFunctions(
  profile: Profile,
  options: TopFunctionsOptions = {},
): { records: ProfileRecord[]; totalRecords: number } {
  const { limit = Infinity, sort = 'total' } = options;
  const totals = functionTotals(profile);
  const frames = matchingFrames(profile, totals, options);
  const [first, second] =
    sort === 'total' ? [totals.hits, totals.selfHits] : [totals.selfHits, totals.hits];
  // Equal counts stand in the order of their frames, so that a profile always
  // gives the same list.
  const order = (a: number, b: number): number =>
    (first[b] as number) - (first[a] as number) ||
    (second[b] as number) - (second[a] as number) ||
    a - b;
  return {
    records: smallest(frames, limit, order).map((frame) => recordOf(profile, totals, frame)),
    totalRecords: frames.length,
  };
}

/** The first `limit` of `items` in `order`. A few of many are not worth sorting
 * all for: it is done on the thread that is profiled. */
function smallest(
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

/**
 * One pass over the nodes, with a count for each frame of how often it is on the
 * path to the current node: only its outermost node adds to its total.
 */
function functionTotals(profile: Profile): FunctionTotals {
  const { length } = profile.frames;
  const of = (): Float64Array => new Float64Array(length);
  const totals: FunctionTotals = {
    hits: of(),
    selfHits: of(),
    wall: of(),
    selfWall: of(),
    cpu: of(),
    selfCpu: of(),
  };
  const { parent, frame, hits, selfHits, wallNanos, selfWallNanos, cpuNanos, selfCpuNanos } =
    profile;
  const onPath = new Uint32Array(length);
  const path: number[] = [];
  for (let node = 0; node < frame.length; node++) {
    const caller = parent[node] as number;
    while (path.length > 0 && path[path.length - 1] !== caller) {
      const left = frame[path.pop() as number] as number;
      onPath[left] = (onPath[left] as number) - 1;
    }
    path.push(node);
    const index = frame[node] as number;
    if (onPath[index] === 0) {
      totals.hits[index] = (totals.hits[index] as number) + (hits[node] as number);
      totals.wall[index] = (totals.wall[index] as number) + (wallNanos[node] as number);
      totals.cpu[index] = (totals.cpu[index] as number) + (cpuNanos[node] as number);
    }
    onPath[index] = (onPath[index] as number) + 1;
    if (selfHits[node] === 0 && selfWallNanos[node] === 0) continue;
    totals.selfHits[index] = (totals.selfHits[index] as number) + (selfHits[node] as number);
    totals.selfWall[index] =
      (totals.selfWall[index] as number) + (selfWallNanos[node] as number);
    totals.selfCpu[index] = (totals.selfCpu[index] as number) + (selfCpuNanos[node] as number);
  }
  return totals;
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
    if (totals.hits[index] === 0 && totals.wall[index] === 0) continue;
    if (filter !== undefined && !matches(filter, frames.at(index))) continue;
    found.push(index);
  }
  return found;
}

function matches(filter: RegExp, { name, url, line, column }: Frame): boolean {
  return filter.test(name) || filter.test(`${url}:${String(line)}:${String(column)}`);
}

function recordOf(profile: Profile, totals: FunctionTotals, frame: number): ProfileRecord {
  const millis = (column: Float64Array): number => (column[frame] as number) / NANOS_PER_MILLI;
  return {
    ...profile.frames.at(frame),
    hits: totals.hits[frame] as number,
    selfHits: totals.selfHits[frame] as number,
    wallMillis: millis(totals.wall),
    selfWallMillis: millis(totals.selfWall),
    cpuMillis: millis(totals.cpu),
    selfCpuMillis: millis(totals.selfCpu),
  };
}
