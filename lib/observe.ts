import { setTimeout as delay } from 'node:timers/promises';

import { expectNumber, expectOptions } from './arguments';
import { ProfilerError } from './errors';
import { expectHandle, native, type NativeAnswer } from './native';
import type { Frame } from './profile/frames';
import type { Profile } from './profile/profile';
import { expectResult, profileOfTable } from './snapshot';
import { stallsNow, type Stall } from './stalls';
import { expectThread, type ThreadChoice } from './threads/choose';

/** How long to wait. */
export interface ObserveOptions {
  /** Milliseconds to wait for threads that do not answer, 1 to 60 000.
   * Default 50. */
  timeoutMillis?: number;
}

/** What to take a profile of. */
export interface ObserveProfileOptions extends ObserveOptions {
  /** Only this thread, by id or name. Default: all together. */
  thread?: ThreadChoice;
}

/**
 * What a thread is doing.
 *
 * - `'running'`: JavaScript; `stack` has it
 * - `'waiting'`: its event loop waits for events, or had just turned
 * - `'native'`: it gave no answer, as it runs native code or is blocked in it;
 *   `lastSeen` has what it was in when it was last heard of
 */
export type ThreadState = 'running' | 'waiting' | 'native';

/** The stack of a thread now. */
export interface ThreadStack {
  /** Node's `threadId`: 0 is the main thread. */
  readonly id: number;
  readonly name: string;
  readonly state: ThreadState;
  /** Leaf first. Lines and columns are those of the statement it is in. */
  readonly stack: readonly Frame[];
  /** With `'native'`, while a launcher samples: the stack of the last sample that
   * was drained, leaf first; lines and columns are those of functions. */
  readonly lastSeen: readonly Frame[];
  /** With `'native'`: how long ago that was drained, in milliseconds; null where
   * nothing was. */
  readonly lastSeenAgeMillis: number | null;
}

/** Looks at all threads of the process from any of them. */
export interface Observer {
  /**
   * What the launcher that is started has counted, with the newest counts of all
   * threads that answer in time. The others' `ageNanos` says how old theirs are,
   * and `lastSeen` what they were in.
   *
   * @throws ProfilerError `ERR_PROFILER_NOT_STARTED`, `ERR_PROFILER_UNKNOWN_THREAD`
   */
  profile(options?: ObserveProfileOptions): Promise<Profile>;

  /** The stack of each thread that has loaded this package. */
  stacks(options?: ObserveOptions): Promise<ThreadStack[]>;

  /** The stalls of all threads, the last first, also those that still last. */
  stalls(): Stall[];
}

const DEFAULT_TIMEOUT_MILLIS = 50;
const LOOK_AGAIN_MILLIS = 1;
const NANOS_PER_MILLI = 1e6;
const SILENT = 0;
const WAITING = 1;

/**
 * An observer. It works from a worker while the main thread is stuck in
 * JavaScript, and needs nothing of the threads it looks at but that they have
 * loaded this package.
 */
export function observe(): Observer {
  return { profile: observeProfile, stacks: observeStacks, stalls: stallsNow };
}

async function observeProfile(options?: ObserveProfileOptions): Promise<Profile> {
  const given = expectOptions('the profile options', options, ['timeoutMillis', 'thread']);
  const timeoutMillis = expectTimeout(given.timeoutMillis);
  const thread = expectThread('thread', given.thread);
  const current = native.currentTable();
  if (current === undefined) {
    throw new ProfilerError(
      'ERR_PROFILER_NOT_STARTED',
      'Expected a launcher to be started in this process but there is none',
    );
  }
  const answers = await answersTo(false, timeoutMillis);
  const silent = answers.filter(({ state }) => state === SILENT);
  const seen = lastSeenOf(current.table);
  return profileOfTable(current.table, {
    intervalMillis: current.intervalMicros / 1000,
    thread,
    lastSeen: new Map(silent.map(({ id }) => [id, seen.get(id) ?? []])),
  });
}

async function observeStacks(options?: ObserveOptions): Promise<ThreadStack[]> {
  const given = expectOptions('the options', options, ['timeoutMillis']);
  const answers = await answersTo(true, expectTimeout(given.timeoutMillis));
  const current = native.currentTable();
  const seen = current && lastSeenOf(current.table);
  const ages = current && agesOf(profileOfTable(current.table, { intervalMillis: 0 }));
  return answers.map(({ id, name, state, stack }) => ({
    id,
    name,
    state: state === SILENT ? 'native' : state === WAITING ? 'waiting' : 'running',
    stack,
    lastSeen: state === SILENT ? seen?.get(id) ?? [] : [],
    lastSeenAgeMillis:
      state === SILENT && (seen?.get(id)?.length ?? 0) > 0 ? ages?.get(id) ?? null : null,
  }));
}

function expectTimeout(value: unknown = DEFAULT_TIMEOUT_MILLIS): number {
  return expectNumber('timeoutMillis', value, { min: 1, max: 60_000, unit: 'milliseconds' });
}

/** The answers, once all are there or time is up. */
async function answersTo(stacks: boolean, timeoutMillis: number): Promise<NativeAnswer[]> {
  const end = performance.now() + timeoutMillis;
  const inquiry = expectHandle(native.inquire(stacks, Math.ceil(timeoutMillis)));
  for (;;) {
    const answers = expectResult(native.answers(inquiry));
    if (answers.every(({ state }) => state !== SILENT) || performance.now() >= end) return answers;
    await delay(LOOK_AGAIN_MILLIS);
  }
}

function lastSeenOf(table: Parameters<typeof native.threads>[0]): Map<number, Frame[]> {
  return new Map(expectResult(native.threads(table)).map(({ id, lastSeen }) => [id, lastSeen]));
}

function agesOf({ threads }: Profile): Map<number, number> {
  return new Map(threads.map(({ id, ageNanos }) => [id, ageNanos / NANOS_PER_MILLI]));
}
