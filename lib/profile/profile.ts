import { byThread, type ThreadProfile } from './by-thread';
import type { EncodeOptions, FormatName, MapOptions } from '../export';
import { collapsedLines } from './collapsed';
import { diffProfiles, type DiffOptions, type ProfileDiff } from './diff';
import { FrameKind, type Frame, type Frames } from './frames';
import { isTop } from './function-totals';
import { invert, type InvertOptions } from './invert';
import { linesOf, type FunctionPlace, type LineRecord } from './lines';
import type { FramePattern } from './matcher';
import { mergeProfiles } from './merge';
import { byPackage, type PackageOptions, type PackageRecord } from './packages';
import { since } from './since';
import { focus, hide, ignore, type HideOptions } from './stacks';
import type { RealInterval } from './real-interval';
import { topFunctions, type RankedFunction, type TopFunctionsOptions } from './top-functions';
import type { ReadOptions } from '../read/index.js';
import { valueTypes, type ValueType } from './values';

export type { RealInterval };

/** A thread that was profiled. */
export interface ProfileThread {
  /** Node's `threadId`: 0 is the main thread; -1 are the threads that ended
   * first, together. */
  readonly id: number;
  readonly name: string;
  readonly ended: boolean;
  /** Index of its root node; its nodes follow up to the next thread's. */
  readonly firstNode: number;
  /** Nanoseconds that it was profiled, pauses left out. */
  readonly durationNanos: number;
  /** Nanoseconds of work that no sample has divided among functions yet. */
  readonly unattributedNanos: number;
  /** How old its counts are, in nanoseconds: up to a second, and more while it
   * runs native code. */
  readonly ageNanos: number;
  /** Where it gave no answer when it was asked: the stack of its last sample,
   * leaf first. Lines are those of the functions. */
  readonly lastSeen?: readonly Frame[];
}

/** Self counts of the nodes, and what they belong to. */
export interface ProfileData {
  readonly frames: Frames;
  readonly threads: readonly ProfileThread[];
  /** Index of the caller's node, -1 for a root. */
  readonly parent: Int32Array;
  /** Index into `frames`. */
  readonly frame: Uint32Array;
  readonly selfHits: Float64Array;
  readonly selfWallNanos: Float64Array;
  readonly selfCpuNanos: Float64Array;
  /** Of nodes' self hits, those of which the source line is known, in three
   * columns of one length: node after node, line after line. */
  readonly lineNode: Uint32Array;
  /** From 1. */
  readonly lineNumber: Uint32Array;
  readonly lineHits: Float64Array;
  /** The values that were measured; all of them by default. */
  readonly valueTypes?: readonly ValueType[] | undefined;
  /** When profiling began, in milliseconds since the Unix epoch. */
  readonly startMillis: number;
  /** The interval that was asked for, in milliseconds. */
  readonly intervalMillis: number;
  /** The interval that was reached; null before two samples in a row. */
  readonly realInterval: RealInterval | null;
  /** Samples that were taken and whose stack is lost; in (truncated). */
  readonly dropped: number;
  /** Whether stacks stand leaf first; default false. */
  readonly inverted?: boolean | undefined;
}

/** Sums over a profile. Milliseconds where the name says so. */
export interface ProfileSums {
  /** Samples of threads at work: functions, (program), GC, (truncated). */
  readonly samples: number;
  /** Samples of a waiting event loop. While it polls the sampling signal is
   * held back, so they do not measure idle time: `idleMillis` does. */
  readonly idleSamples: number;
  readonly gcSamples: number;
  /** Samples taken inside a drain; in no other count. */
  readonly profilerSamples: number;
  readonly durationMillis: number;
  /** The durations of all threads together, which the times below are part of. */
  readonly threadMillis: number;
  readonly idleMillis: number;
  readonly gcMillis: number;
  /** Time spent in drains: the profiler's own. */
  readonly profilerMillis: number;
  readonly unattributedMillis: number;
}

const NANOS_PER_MILLI = 1e6;

/**
 * What was counted: call trees, one a thread, in columns of numbers. It does not
 * change and knows nothing of where it came from.
 *
 * Nodes stand depth first, a parent before its children, thread after thread;
 * each thread's first node is its (root). Typed arrays cannot be frozen: do not
 * write to them.
 */
export class Profile {
  readonly frames: Frames;
  readonly threads: readonly ProfileThread[];
  /** Index of the caller's node, -1 for a root. */
  readonly parent: Int32Array;
  /** Index into `frames`. */
  readonly frame: Uint32Array;
  /** Index into `threads`. */
  readonly thread: Uint32Array;
  /** Samples in which the node is the leaf. */
  readonly selfHits: Float64Array;
  /** Samples of the node and all below it. */
  readonly hits: Float64Array;
  readonly selfWallNanos: Float64Array;
  readonly wallNanos: Float64Array;
  readonly selfCpuNanos: Float64Array;
  readonly cpuNanos: Float64Array;
  /** Of nodes' self hits, those of which the source line is known, in three
   * columns of one length: node after node, line after line. */
  readonly lineNode: Uint32Array;
  /** From 1. */
  readonly lineNumber: Uint32Array;
  readonly lineHits: Float64Array;
  /** The values that were measured. The columns of others are zero. */
  readonly valueTypes: readonly ValueType[];
  /** When profiling began, in milliseconds since the Unix epoch. */
  readonly startMillis: number;
  /** Milliseconds profiled, pauses left out; of the thread profiled longest. */
  readonly durationMillis: number;
  /** The interval that was asked for, in milliseconds. */
  readonly intervalMillis: number;
  /** The interval that was reached; null before two samples in a row. */
  readonly realInterval: RealInterval | null;
  /** Samples that were taken and whose stack is lost; in (truncated). */
  readonly dropped: number;
  /** Whether stacks stand leaf first: see `invert()`. Self counts are then those
   * of whole stacks, on the frame that the stack began with. */
  readonly inverted: boolean;
  #sums: ProfileSums | undefined;
  #depth: Uint32Array | undefined;

  constructor(data: ProfileData) {
    this.frames = data.frames;
    this.threads = data.threads;
    this.parent = data.parent;
    this.frame = data.frame;
    this.selfHits = data.selfHits;
    this.selfWallNanos = data.selfWallNanos;
    this.selfCpuNanos = data.selfCpuNanos;
    this.lineNode = data.lineNode;
    this.lineNumber = data.lineNumber;
    this.lineHits = data.lineHits;
    this.valueTypes = data.valueTypes ?? valueTypes;
    this.startMillis = data.startMillis;
    this.intervalMillis = data.intervalMillis;
    this.realInterval = data.realInterval;
    this.dropped = data.dropped;
    this.inverted = data.inverted ?? false;
    this.durationMillis = durationMillisOf(data.threads);
    this.thread = threadOfNodes(data.threads, data.parent.length);
    this.hits = totals(data.parent, data.selfHits);
    this.wallNanos = totals(data.parent, data.selfWallNanos);
    this.cpuNanos = totals(data.parent, data.selfCpuNanos);
    Object.freeze(this);
  }

  /**
   * Reads a profile that a file holds: pprof, .cpuprofile, folded stacks, speedscope's
   * format or our own JSON, each gzipped or not.
   *
   * @throws TypeError, RangeError for bad arguments
   * @throws ProfilerError `ERR_PROFILER_UNREADABLE_PROFILE`, `ERR_PROFILER_TOO_LARGE`
   */
  static async read(bytes: Uint8Array, options?: ReadOptions): Promise<Profile> {
    const { readProfile } = await import('../read/index.js');
    return readProfile(bytes, options);
  }

  /** Number of nodes. */
  get length(): number {
    return this.parent.length;
  }

  /** Sums over all nodes and threads. */
  get sums(): ProfileSums {
    return (this.#sums ??= sumUp(this));
  }

  /**
   * Functions with the hits and times of all their nodes, the largest first. A
   * sample counts once for a function, however deep the function recurses.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   */
  topFunctions(options?: TopFunctionsOptions): RankedFunction[] {
    return topFunctions(this, options);
  }

  /**
   * The same by npm package, the application's own code and Node.js together as
   * one each. A sample counts once for a package, however often it is on the stack.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   */
  byPackage(options?: PackageOptions): PackageRecord[] {
    return byPackage(this, options);
  }

  /** A profile of each thread alone, in their order. */
  byThread(): ThreadProfile[] {
    return byThread(this);
  }

  /**
   * The source lines of a function that its own samples were in, in their order;
   * line 0 for those whose line is unknown. Empty for a function without samples.
   *
   * @throws TypeError, RangeError for what is no place of a function
   */
  lines(place: FunctionPlace): LineRecord[] {
    return linesOf(this, place);
  }

  /**
   * All of them in one. Counts and times add up; threads of one id and name are
   * one; of values those are kept that all have.
   *
   * @throws ProfilerError `ERR_PROFILER_NOT_COMPARABLE` for profiles without a value
   *   in common, or of which only some are inverted
   */
  static merge(...profiles: Profile[]): Profile {
    return mergeProfiles(profiles);
  }

  /**
   * What is different in `after`: see `ProfileDiff`.
   *
   * @throws ProfilerError as `merge()`
   */
  static diff(before: Profile, after: Profile, options?: DiffOptions): ProfileDiff {
    return diffProfiles(before, after, options);
  }

  /**
   * What was counted after `earlier`, a profile that was taken before of the same
   * launcher. All of this one, when the counts were reset in between.
   *
   * @throws ProfilerError as `merge()`
   */
  since(earlier: Profile): Profile {
    return since(this, earlier);
  }

  /** From the leaves down to who called them. Lines are left out, for they are of
   * leaves with all their callers. Inverted again it is as it was, but for lines. */
  invert(options?: InvertOptions): Profile {
    return invert(this, options);
  }

  /** Only stacks that contain a match; shares are then of those. Durations, and
   * what was dropped, stay those of the whole. */
  focus(pattern: FramePattern): Profile {
    return focus(this, pattern);
  }

  /** Only stacks that contain no match; otherwise as `focus()`. */
  ignore(pattern: FramePattern): Profile {
    return ignore(this, pattern);
  }

  /** Without frames of Node.js, or of packages: their own counts are their
   * callers', and (program)'s where no caller is left. */
  hide(options?: HideOptions): Profile {
    return hide(this, options);
  }

  /** How many callers each node has above it; a root has none. */
  get depth(): Uint32Array {
    return (this.#depth ??= depthOf(this.parent));
  }

  /** All nodes, depth first, callers before callees: they stand in this order. */
  *walk(): Generator<number, void, undefined> {
    for (let node = 0; node < this.length; node++) yield node;
  }

  /** Folded stacks, `a;b;c 12`, line by line: see `collapsedLines`. */
  collapsedLines(): Generator<string, void, undefined> {
    return collapsedLines(this);
  }

  /** All lines of `collapsedLines()` in one string. */
  toCollapsed(): string {
    return [...this.collapsedLines()].join('');
  }

  /**
   * The profile in a format that other tools read. The work is done in a thread
   * of its own; the profile stays as it is. The same profile and the same options
   * give the same bytes.
   *
   * @throws TypeError, RangeError for a format or an option that is unknown or
   * out of bounds; ProfilerError `ERR_PROFILER_BUSY` when too many wait already,
   * `ERR_PROFILER_THREAD_ENDED` when the thread ends, out of memory for example
   */
  async encode(format: FormatName, options?: EncodeOptions): Promise<Uint8Array> {
    return exporting().encode(this, format, options);
  }

  /** The same on the calling thread, which it blocks: for scripts. */
  encodeSync(format: FormatName, options?: EncodeOptions): Uint8Array {
    return exporting().encodeSync(this, format, options);
  }

  /** The profile with the files, lines and names that its source maps give for
   * those of generated code. Also done in a thread of its own. */
  async mapped(options?: MapOptions): Promise<Profile> {
    return exporting().mapped(this, options);
  }

  /** The same on the calling thread, which it blocks. */
  mappedSync(options?: MapOptions): Profile {
    return exporting().mappedSync(this, options);
  }
}

/** Loaded when first needed: most programs that are profiled never encode. */
function exporting(): typeof import('../export') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../export') as typeof import('../export');
}

function threadOfNodes(threads: readonly ProfileThread[], length: number): Uint32Array {
  const column = new Uint32Array(length);
  threads.forEach((thread, index) => {
    column.fill(index, thread.firstNode);
  });
  return column;
}

function depthOf(parent: Int32Array): Uint32Array {
  const depth = new Uint32Array(parent.length);
  for (let node = 0; node < parent.length; node++) {
    const caller = parent[node] as number;
    if (caller >= 0) depth[node] = (depth[caller] as number) + 1;
  }
  return depth;
}

/** Children stand behind their parents, so one pass from the end sums up. */
function totals(parent: Int32Array, self: Float64Array): Float64Array {
  const total = Float64Array.from(self);
  for (let node = total.length - 1; node > 0; node--) {
    const caller = parent[node] as number;
    if (caller >= 0) total[caller] = (total[caller] as number) + (total[node] as number);
  }
  return total;
}

function sumUp(profile: Profile): ProfileSums {
  const kinds = Object.values(FrameKind).length;
  const hitsOfKind = new Float64Array(kinds);
  const wallNanosOfKind = new Float64Array(kinds);
  // The leaves of an inverted tree are on top.
  const hits = profile.inverted ? profile.hits : profile.selfHits;
  const wallNanos = profile.inverted ? profile.wallNanos : profile.selfWallNanos;
  for (let node = 0; node < profile.length; node++) {
    if (profile.inverted && !isTop(profile.parent, node)) continue;
    const kind = profile.frames.kind(profile.frame[node] as number);
    hitsOfKind[kind] = (hitsOfKind[kind] as number) + (hits[node] as number);
    wallNanosOfKind[kind] = (wallNanosOfKind[kind] as number) + (wallNanos[node] as number);
  }
  return sumsOf(hitsOfKind, wallNanosOfKind, profile.threads);
}

/** Sums from self hits and self wall nanoseconds by `FrameKind`. */
export function sumsOf(
  hitsOfKind: Float64Array,
  wallNanosOfKind: Float64Array,
  threads: readonly ProfileThread[],
): ProfileSums {
  const hits = (kind: FrameKind): number => hitsOfKind[kind] as number;
  const millis = (kind: FrameKind): number => (wallNanosOfKind[kind] as number) / NANOS_PER_MILLI;
  const all = hitsOfKind.reduce((sum, each) => sum + each, 0);
  const unattributed = threads.reduce((sum, each) => sum + each.unattributedNanos, 0);
  return Object.freeze({
    samples: all - hits(FrameKind.idle) - hits(FrameKind.profiler),
    idleSamples: hits(FrameKind.idle),
    gcSamples: hits(FrameKind.garbageCollector),
    profilerSamples: hits(FrameKind.profiler),
    durationMillis: durationMillisOf(threads),
    threadMillis: threads.reduce((sum, each) => sum + each.durationNanos, 0) / NANOS_PER_MILLI,
    idleMillis: millis(FrameKind.idle),
    gcMillis: millis(FrameKind.garbageCollector),
    profilerMillis: millis(FrameKind.profiler),
    unattributedMillis: unattributed / NANOS_PER_MILLI,
  });
}

function durationMillisOf(threads: readonly ProfileThread[]): number {
  return threads.reduce((most, each) => Math.max(most, each.durationNanos), 0) / NANOS_PER_MILLI;
}
