import { resolve } from 'node:path';

import { expectCount, expectNumber, expectOneOf, expectOptions, expectText } from './arguments';

/** How V8 learns which code exists. */
export type CodeLogging = 'eager' | 'lazy';

/** What is done about code that got hot before the launcher was made. */
export type LateCode = 'repair' | 'leave';

/** Which threads are profiled. */
export type Threads = 'all' | 'main';

/** Which stalls of an event loop are kept. */
export interface StallOptions {
  /** Milliseconds that the loop does not turn, 10 to 3 600 000. Default 200. */
  thresholdMillis?: number;
  /** The last so many are kept, 1 to 1000. Default 20. */
  keep?: number;
  /**
   * A file that each stall is appended to as a line of JSON, as soon as it has
   * lasted for the threshold, and once more when it has ended (`ended` tells
   * which, `id` which belong together). Default: none.
   */
  file?: string;
}

/** Options of a launcher. */
export interface LauncherOptions {
  /** Milliseconds between two samples, 0.1 to 10 000. Default 10. */
  intervalMillis?: number;
  /**
   * How far the intervals really used may lie from `intervalMillis`, as a share
   * of it, 0 to 0.5. Default 0.1.
   */
  jitter?: number;
  /** Most nodes the count table keeps, 100 to 10 000 000. Default 100 000. */
  maxNodes?: number;
  /**
   * `'eager'` (default): V8 follows code from now on, and `unpause()` is cheap.
   * `'lazy'`: nothing is paid while paused, but each `unpause()` stops the event
   * loop for a walk over the whole heap.
   */
  codeLogging?: CodeLogging;
  /**
   * `'repair'`: have code that was optimized before now compiled anew, so that
   * its time is put on the right functions. `'leave'`: do not, and say so in the
   * results. By default it is repaired where that is cheap.
   */
  lateCode?: LateCode;
  /**
   * `'all'` (default): the main thread, workers that load this package, and
   * workers started from now on, which need not know of it. `'main'`: only the
   * main thread.
   */
  threads?: Threads;
  /**
   * A thread whose event loop has waited for so many milliseconds is parked: V8
   * stops looking at it until it runs JavaScript again, and its wait is counted
   * by the clock. Where waking it would cost more than looking on, it is parked
   * later. 1 or more; `Infinity`: never. Default 50.
   */
  parkAfterMillis?: number;
  /**
   * The most that profiling may cost, as a share of one core, 0.0001 or more.
   * Where it costs more the interval is lengthened, and shortened again when
   * there is room, down to `intervalMillis`. `Infinity`: no limit. Default 0.01.
   */
  maxOverhead?: number;
  /** How stalls of event loops are recorded; `false`: they are not. */
  stalls?: StallOptions | false;
}

/** Options with defaults applied and every value checked. */
export interface CheckedOptions {
  readonly intervalMillis: number;
  readonly jitter: number;
  readonly maxNodes: number;
  readonly codeLogging: CodeLogging | undefined;
  readonly lateCode: LateCode | undefined;
  readonly threads: Threads;
  readonly parkAfterMillis: number;
  readonly maxOverhead: number;
  /** undefined: not recorded. */
  readonly stalls: Required<StallOptions> | undefined;
}

const codeLoggings: readonly CodeLogging[] = ['eager', 'lazy'];
const lateCodes: readonly LateCode[] = ['repair', 'leave'];
const threadChoices: readonly Threads[] = ['all', 'main'];
const names = [
  'intervalMillis',
  'jitter',
  'maxNodes',
  'codeLogging',
  'lateCode',
  'threads',
  'parkAfterMillis',
  'maxOverhead',
  'stalls',
] as const;

export function expectInterval(name: string, value: unknown): number {
  return expectNumber(name, value, { min: 0.1, max: 10_000, unit: 'milliseconds' });
}

/** @throws TypeError, RangeError for an option that is unknown or out of bounds */
export function checkLauncherOptions(value: unknown): CheckedOptions {
  const given = expectOptions('the launcher options', value, names);
  const { intervalMillis = 10, jitter = 0.1, maxNodes = 100_000, codeLogging, lateCode } = given;
  const { threads = 'all', parkAfterMillis = 50, maxOverhead = 0.01, stalls } = given;
  return {
    intervalMillis: expectInterval('intervalMillis', intervalMillis),
    jitter: expectNumber('jitter', jitter, { min: 0, max: 0.5 }),
    maxNodes: expectCount('maxNodes', maxNodes, { min: 100, max: 10_000_000 }),
    codeLogging:
      codeLogging === undefined
        ? undefined
        : expectOneOf('codeLogging', codeLogging, codeLoggings),
    lateCode:
      lateCode === undefined ? undefined : expectOneOf('lateCode', lateCode, lateCodes),
    threads: expectOneOf('threads', threads, threadChoices),
    parkAfterMillis: expectNumber('parkAfterMillis', parkAfterMillis, {
      min: 1,
      max: Infinity,
      unit: 'milliseconds',
    }),
    maxOverhead: expectNumber('maxOverhead', maxOverhead, { min: 0.0001, max: Infinity }),
    stalls: stalls === false ? undefined : checkStallOptions(stalls),
  };
}

function checkStallOptions(value: unknown): Required<StallOptions> {
  const given = expectOptions('stalls', value, ['thresholdMillis', 'keep', 'file']);
  const { thresholdMillis = 200, keep = 20, file = '' } = given;
  return {
    thresholdMillis: expectNumber('stalls.thresholdMillis', thresholdMillis, {
      min: 10,
      max: 3_600_000,
      unit: 'milliseconds',
    }),
    keep: expectCount('stalls.keep', keep, { min: 1, max: 1000 }),
    // Absolute now: the program may change its folder later.
    file: file === '' ? '' : resolve(expectText('stalls.file', file)),
  };
}
