import { join } from 'node:path';
import * as workerThreads from 'node:worker_threads';

import { ProfilerError } from './errors';
import type { Frame } from './profile/frames';
import type { ProfileRecord } from './profile/top-functions';
import { isOwnThread } from './threads/own';

/** A native CountTable. */
export interface NativeTable {
  readonly __table: unique symbol;
}

/** A thread in a CountTable. */
export interface NativeThread {
  id: number;
  name: string;
  ended: boolean;
  firstNode: number;
  elapsedNanos: number;
  unattributedNanos: number;
  /** Since its last drain. */
  ageNanos: number;
}

/** What a thread was last seen in, leaf first. */
export interface NativeThreadSeen {
  id: number;
  name: string;
  lastSeen: Frame[];
}

/** A stall; see stalls.h. */
export interface NativeStall {
  id: number;
  thread: number;
  threadName: string;
  startMillis: number;
  durationNanos: number;
  ended: boolean;
  samples: number;
  hottestStack: Frame[];
  hottestHits: number;
  table: NativeTable;
}

/** A native Inquiry. */
export interface NativeInquiry {
  readonly __inquiry: unique symbol;
}

/** A thread's answer; see inquiry.h. */
export interface NativeAnswer {
  id: number;
  name: string;
  /** `Inquiry::State`: silent, waiting, running. */
  state: 0 | 1 | 2;
  stack: Frame[];
}

/** A CountTable's content at one moment; see `Snapshot` in count_table.h. */
export interface NativeSnapshot {
  /** Of the table: made, or last reset; since the Unix epoch. */
  startMillis: number;
  /** All strings, with a NUL between two. */
  strings: string;
  frames: {
    /** Index into the strings. */
    name: Uint32Array;
    /** Index into the strings. */
    url: Uint32Array;
    /** From 1; 0 is unknown. */
    line: Uint32Array;
    column: Uint32Array;
    /** `FrameKind` in frame_table.h. */
    kind: Uint8Array;
  };
  threads: NativeThread[];
  parent: Int32Array;
  frame: Uint32Array;
  selfHits: Float64Array;
  selfWallNanos: Float64Array;
  selfCpuNanos: Float64Array;
  /** Hits by source line; as in `ProfileData`. */
  lineNode: Uint32Array;
  lineNumber: Uint32Array;
  lineHits: Float64Array;
  dropped: number;
  intervals: { count: number; mean: number; stdev: number };
}

/** The top functions of a CountTable; see ranking.h. */
export interface NativeRanking extends Pick<NativeSnapshot, 'threads' | 'dropped'> {
  records: ProfileRecord[];
  totalRecords: number;
  /** Self hits by `FrameKind`. */
  hitsOfKind: Float64Array;
  /** Self wall nanoseconds by `FrameKind`. */
  wallNanosOfKind: Float64Array;
}

interface NativeTimes {
  count: number;
  nanos: number;
  /** CPU time; less where the thread had to wait for a core. */
  cpuNanos: number;
  worstNanos: number;
}

/** What profiling cost and met with since start(); see costs.h, budget_keeper.h. */
export interface NativeStats {
  spanNanos: number;
  signalsNanos: number;
  samplingThreadNanos: number;
  v8ThreadsNanos: number;
  v8ThreadsMeasured: boolean;
  share: number;
  stretch: number;
  drains: NativeTimes;
  wakes: NativeTimes;
  repairs: NativeTimes;
  made: NativeTimes;
  parks: number;
  parkedNanos: number;
  samples: number;
  truncated: number;
  inBuiltins: number;
  corrected: number;
  shortSlices: boolean;
  lost: number;
  joins: number;
  lateJoins: number;
  nodes: number;
  maxNodes: number;
  frames: number;
  stringBytes: number;
  dropped: number;
  intervals: NativeSnapshot['intervals'];
  stalls: number;
  stallsNotWritten: number;
}

/** The addon's surface. It trusts its arguments: they are checked before. */
export interface Native {
  /** undefined: see to_js.h. */
  createTable(maxNodes: number): NativeTable | undefined;
  /** undefined: see to_js.h. */
  takeSnapshot(table: NativeTable, threads: Float64Array | undefined): NativeSnapshot | undefined;
  /** undefined: see to_js.h. */
  threads(table: NativeTable): NativeThreadSeen[] | undefined;
  rankTable(
    table: NativeTable,
    limit: number,
    bySelf: boolean,
    includeSystem: boolean,
    threads: Float64Array | undefined,
  ): NativeRanking | undefined;
  resetTable(table: NativeTable): void;
  /**
   * One hit of a stack, root first: name and URL of each frame with a NUL behind
   * each string, line and column of each frame.
   */
  addStack(
    table: NativeTable,
    threadId: number,
    threadName: string,
    strings: string,
    places: Int32Array,
  ): void;
  /** The caller's stack now, leaf first; undefined: see to_js.h. */
  captureStack(): Frame[] | undefined;
  /** Makes this thread known, once, before all that follows. */
  joinThread(threadId: number, threadName: string): void;
  /** Does what the launcher that is started wants of this thread. */
  follow(): void;
  /** Whether a launcher wants threads that begin now to join. */
  joining(): boolean;
  nameThread(threadId: number, name: string): void;
  /** Makes this thread's V8 profiler unless there is one. */
  listen(eager: boolean, intervalMicros: number, jitter: number): void;
  /** How often V8 began to follow the code of this thread, by `listen()` or `start()`. */
  timesBegun(): number;
  /** Starts the sampling thread. */
  start(
    table: NativeTable,
    allThreads: boolean,
    eager: boolean,
    parkAfterMillis: number,
    maxOverhead: number,
    stallThresholdMillis: number,
    stallsKept: number,
    stallFile: string,
    intervalMicros: number,
    jitter: number,
  ): 'started' | 'already running' | 'system refused';
  /** Ends what this thread's start() began. */
  end(): void;
  /** False when V8 refused. */
  unpause(): boolean;
  pause(): void;
  setIntervals(intervalMicros: number, jitter: number): void;
  /** Asks all threads for their counts, or for what they do now. undefined: see to_js.h. */
  inquire(stacks: boolean, timeoutMillis: number): NativeInquiry | undefined;
  /** undefined: see to_js.h. */
  answers(inquiry: NativeInquiry): NativeAnswer[] | undefined;
  /** Of the launcher that is started in this process. */
  currentTable(): { table: NativeTable; intervalMicros: number } | undefined;
  /** The last first. undefined: see to_js.h. */
  stalls(): NativeStall[] | undefined;
  /** undefined: see to_js.h. */
  stats(table: NativeTable): NativeStats | undefined;
  /** This thread's counts at once, the others' soon. */
  drain(): void;
}

/**
 * A handle that the addon was to make. It takes nothing else in its place, and in
 * a worker that is being terminated JavaScript may go on where it made none.
 *
 * @throws ProfilerError `ERR_PROFILER_THREAD_ENDED`
 */
export function expectHandle<T>(handle: T | undefined): T {
  if (handle === undefined) {
    throw new ProfilerError(
      'ERR_PROFILER_THREAD_ENDED',
      'Expected a thread that goes on but it is being terminated',
    );
  }
  return handle;
}

function loadError(cause: unknown): ProfilerError {
  const { platform, arch, version, versions } = process;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ProfilerError(
    'ERR_PROFILER_NATIVE_LOAD',
    [
      `Expected a native addon of ox-profile for platform ${platform}, architecture ${arch}, ` +
        `Node ABI ${versions.modules} (Node ${version}) but found none that loads.`,
      'What to do:',
      '- Installed with --ignore-scripts, or copied from another machine, or Node was changed ' +
        'since: run `npm rebuild ox-profile`.',
      '- No prebuilt binary for this platform: building one needs Python 3, make and a C++20 ' +
        'compiler (GCC 11, Clang 14, Visual Studio 2022 or newer).',
      "- Under Node's permission model: add --allow-addons.",
      '- Bundled: keep `ox-profile` external, with its `prebuilds` folder beside it.',
      `Cause: ${why}`,
    ].join('\n'),
    { cause },
  );
}

function loadNative(): Native {
  try {
    // It has no types of its own.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const load = require('node-gyp-build') as (folder: string) => unknown;
    return load(join(__dirname, '..')) as Native;
  } catch (cause) {
    throw loadError(cause);
  }
}

/** What a thread is called: its worker's name where Node tells it. */
function nameOfThisThread(): string {
  const { isMainThread, threadId } = workerThreads;
  if (isMainThread) return 'main';
  const { threadName } = workerThreads as { threadName?: string };
  // What Node calls a worker that was given no name.
  const hasName = threadName !== undefined && threadName !== '' && threadName !== 'WorkerThread';
  return hasName ? threadName : `worker ${String(threadId)}`;
}

export const native: Native = loadNative();
if (!isOwnThread()) {
  native.joinThread(workerThreads.threadId, nameOfThisThread());
  native.follow();
}
