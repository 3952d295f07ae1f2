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


export function topFunctions(
  profile: Profile,
  options: TopFunctionsOptions = {},
): ProfileRecord[] {
  return rankFunctions(profile, options).records;
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
  frames.sort(
    (a, b) =>
      (first[b] as number) - (first[a] as number) ||
      (second[b] as number) - (second[a] as number) ||
      byPlace(profile, a, b),
  );
  const shown = limit < frames.length ? frames.slice(0, limit) : frames;
  return {
    records: shown.map((frame) => recordOf(profile, totals, frame)),
    totalRecords: frames.length,
  };
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
  const { parent, frame } = profile;
  const onPath = new Uint32Array(length);
  const path: number[] = [];
  for (let node = 0; node < profile.length; node++) {
    const caller = parent[node] as number;
    while (path.length > 0 && path[path.length - 1] !== caller) {
      const left = frame[path.pop() as number] as number;
      onPath[left] = (onPath[left] as number) - 1;
    }
    path.push(node);
    const index = frame[node] as number;
    if (onPath[index] === 0) {
      totals.hits[index] = (totals.hits[index] as number) + (profile.hits[node] as number);
      totals.wall[index] = (totals.wall[index] as number) + (profile.wallNanos[node] as number);
      totals.cpu[index] = (totals.cpu[index] as number) + (profile.cpuNanos[node] as number);
    }
    onPath[index] = (onPath[index] as number) + 1;
    totals.selfHits[index] =
      (totals.selfHits[index] as number) + (profile.selfHits[node] as number);
    totals.selfWall[index] =
      (totals.selfWall[index] as number) + (profile.selfWallNanos[node] as number);
    totals.selfCpu[index] =
      (totals.selfCpu[index] as number) + (profile.selfCpuNanos[node] as number);
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

/** A last order by name and place, so that equal counts stand in one order. */
function byPlace(profile: Profile, a: number, b: number): number {
  const one = profile.frames.at(a);
  const other = profile.frames.at(b);
  return (
    compare(one.name, other.name) ||
    compare(one.url, other.url) ||
    one.line - other.line ||
    one.column - other.column
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
