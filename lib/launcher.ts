import { Agent } from './agent/agent';
import type { LauncherState } from './agent/launcher-state';
import { expectOptions } from './arguments';
import { ProfilerError } from './errors';
import { dealWithLateCode, lateCodeNote } from './late-code';
import { millisOfProgram } from './load-time';
import { expectHandle, native, type NativeTable } from './native';
import {
  checkLauncherOptions,
  expectInterval,
  type CheckedOptions,
  type CodeLogging,
  type LauncherOptions,
} from './options';
import type { Profile } from './profile/profile';
import {
  answerOf,
  checkQueryOptions,
  rankProfile,
  type QueryOptions,
  type QueryResult,
} from './query';
import { checkShowOptions, currentFolder, showProfile, type ShowOptions } from './show';
import { nativeStats, profileOfTable, rankTable } from './snapshot';
import { stallsNow, type Stall } from './stalls';
import { statsNotes, statsOf, type ProfilerStats } from './stats';
import { expectThread, type ThreadChoice } from './threads/choose';
import { hookWorkers, unhookWorkers } from './threads/worker-hook';
import { SamplingTracker } from './tracker';
import type { Controls } from './web/desk';
import { checkServeOptions, type PageServerHandle, type ServeOptions } from './web/serve-options';

const MICROS_PER_MILLI = 1000;

/** Eleven days; longer is never. */
const LONGEST_PARK_AFTER_MILLIS = 1e9;

/** How this thread's V8 profiler listens to code; it is made once. */
let codeLoggingOfThread: CodeLogging | undefined;

/** @param intervalMicros at which will be sampled, as far as is known */
function listen(
  asked: CodeLogging | undefined,
  intervalMicros: number,
  jitter: number,
): CodeLogging {
  if (codeLoggingOfThread === undefined) {
    codeLoggingOfThread = asked ?? 'eager';
    native.listen(codeLoggingOfThread === 'eager', intervalMicros, jitter);
  } else if (asked !== undefined && asked !== codeLoggingOfThread) {
    throw new ProfilerError(
      'ERR_PROFILER_CODE_LOGGING_FIXED',
      `Expected codeLogging '${codeLoggingOfThread}', as an earlier launcher of this thread ` +
        `chose it, but received '${asked}'`,
    );
  }
  return codeLoggingOfThread;
}

/** What a launcher has for others in this package. */
export interface LauncherParts {
  readonly agent: Agent;
  readonly controls: Controls;
}

const partsOfLaunchers = new WeakMap<SimpleLauncher, LauncherParts>();

/** @internal */
export function partsOf(launcher: SimpleLauncher): LauncherParts {
  return partsOfLaunchers.get(launcher) as LauncherParts;
}

/** What to take a profile of. */
export interface ProfileOptions {
  /** Only this thread, by id or name. Default: all together. */
  thread?: ThreadChoice;
}

/**
 * Profiles the program it is made in: takes the stack of the running thread at
 * an interval, counts, and answers while it goes on.
 *
 * A new launcher is paused and costs next to nothing. One launcher of a process
 * can be started at a time; `cancel()` makes room for the next.
 *
 * ```js
 * const profiler = SimpleLauncher.launch();
 * // … the program …
 * console.log(profiler.show());
 * profiler.cancel();
 * ```
 */
export class SimpleLauncher implements Disposable {
  /** Tells how far apart samples really are. */
  readonly tracker: SamplingTracker;

  readonly #options: CheckedOptions;
  readonly #table: NativeTable;
  readonly #lazy: boolean;
  readonly #notes = new Set<string>();
  readonly #agent: Agent;
  #intervalMillis: number;
  #state: 'new' | 'started' | 'cancelled' = 'new';
  #paused = true;
  /** Since when it is started or not, paused or not. */
  #sinceMillis = Date.now();
  #unpausedMillis = NaN;
  /** How often it was unpaused since its counts began. */
  #runs = 0;
  #resets = 0;

  /**
   * Makes the profiler of this thread, if it is the first, and deals with code
   * that is hot already (`lateCode`).
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   * @throws ProfilerError `ERR_PROFILER_CODE_LOGGING_FIXED`
   */
  constructor(options?: LauncherOptions) {
    this.#options = checkLauncherOptions(options);
    this.#intervalMillis = this.#options.intervalMillis;
    const programMillis = millisOfProgram();
    const begun = native.timesBegun();
    const { codeLogging, jitter } = this.#options;
    this.#lazy = listen(codeLogging, this.#intervalMicros, jitter) === 'lazy';
    this.#table = expectHandle(native.createTable(this.#options.maxNodes));
    this.tracker = new SamplingTracker(() => this.#snapshot());
    const controls = controlsOf(this);
    this.#agent = new Agent({ controls, state: () => this.#stateNow() });
    partsOfLaunchers.set(this, { agent: this.#agent, controls });
    this.#dealWithCodeBefore(begun, programMillis);
  }

  /**
   * Makes a launcher, starts it and lets it sample.
   *
   * @throws what the constructor, `start()` and `unpause()` throw
   */
  static launch(options?: LauncherOptions): SimpleLauncher {
    const launcher = new SimpleLauncher(options);
    launcher.start();
    launcher.unpause();
    return launcher;
  }

  /**
   * Starts the sampling thread of the process, which sleeps until `unpause()`. V8's
   * profiler is held ready for two seconds, and then rests.
   *
   * @throws ProfilerError `ERR_PROFILER_ALREADY_STARTED`, `ERR_PROFILER_IN_USE`
   *   (another launcher of this process is started), `ERR_PROFILER_NO_THREAD`,
   *   `ERR_PROFILER_CANCELLED`
   */
  start(): void {
    this.#expectNotCancelled('start');
    if (this.#state === 'started') {
      throw new ProfilerError(
        'ERR_PROFILER_ALREADY_STARTED',
        'Expected start() to be called once but this launcher is started',
      );
    }
    const { threads, parkAfterMillis, maxOverhead, stalls, jitter } = this.#options;
    const programMillis = millisOfProgram();
    const begun = native.timesBegun();
    const started = native.start(
      this.#table,
      threads === 'all',
      !this.#lazy,
      Math.round(Math.min(parkAfterMillis, LONGEST_PARK_AFTER_MILLIS)),
      maxOverhead,
      stalls?.thresholdMillis ?? 0,
      stalls?.keep ?? 0,
      stalls?.file ?? '',
      this.#intervalMicros,
      jitter,
    );
    switch (started) {
      case 'started':
        this.#state = 'started';
        this.#dealWithCodeBefore(begun, programMillis);
        if (threads === 'all') hookWorkers();
        else unhookWorkers();
        this.#changed();
        return;
      case 'already running':
        throw new ProfilerError(
          'ERR_PROFILER_IN_USE',
          'Expected no other launcher to be started in this process but there is one: ' +
            'use that one, or cancel() it first',
        );
      case 'system refused':
        throw new ProfilerError(
          'ERR_PROFILER_NO_THREAD',
          'Expected a thread for sampling but the system gave none',
        );
    }
  }

  /**
   * Begins to sample, or goes on after `pause()`. Does nothing while it samples.
   *
   * @throws ProfilerError `ERR_PROFILER_NOT_STARTED`, `ERR_PROFILER_CANCELLED`,
   *   `ERR_PROFILER_V8_REFUSED`
   */
  unpause(): void {
    this.#expectNotCancelled('unpause');
    if (this.#state !== 'started') {
      throw new ProfilerError(
        'ERR_PROFILER_NOT_STARTED',
        'Expected start() before unpause() but this launcher is not started',
      );
    }
    if (!this.#paused) return;
    const programMillis = millisOfProgram();
    if (!native.unpause()) {
      throw new ProfilerError(
        'ERR_PROFILER_V8_REFUSED',
        'Expected V8 to start a profile but it has no room for one more',
      );
    }
    this.#paused = false;
    // A lazy profiler begins to listen here and not before.
    if (this.#lazy) this.#dealWithLateCode(programMillis);
    this.#unpausedMillis = Date.now();
    this.#runs++;
    this.#changed();
  }

  /**
   * Stops sampling and keeps the counts. While paused V8's profiler rests and the
   * sampling thread sleeps. Does nothing while paused.
   *
   * @throws ProfilerError `ERR_PROFILER_CANCELLED`
   */
  pause(): void {
    this.#expectNotCancelled('pause');
    if (this.#paused) return;
    native.pause();
    this.#paused = true;
    this.#changed();
  }

  /** Whether no samples are taken; also when it was never started or cancelled. */
  isPaused(): boolean {
    return this.#paused;
  }

  /** Whether it is started and not cancelled. */
  isAlive(): boolean {
    return this.#state === 'started';
  }

  /** Ends sampling, the sampling thread and what `serve()` began for good. May be
   * called again. */
  cancel(): void {
    if (this.#state === 'cancelled') return;
    this.#paused = true;
    if (this.#state === 'started') {
      unhookWorkers();
      native.end();
    }
    this.#state = 'cancelled';
    this.#agent.end();
  }

  /** `cancel()`, for `using`. */
  [Symbol.dispose](): void {
    this.cancel();
  }

  /**
   * Changes the interval, at once where it samples; all counts are kept.
   *
   * @param millis milliseconds between two samples, 0.1 to 10 000
   * @throws TypeError, RangeError; ProfilerError `ERR_PROFILER_CANCELLED`
   */
  setInterval(millis: number): void {
    this.#expectNotCancelled('setInterval');
    const wanted = expectInterval('millis', millis);
    if (wanted === this.#intervalMillis) return;
    this.#intervalMillis = wanted;
    this.#agent.noteState();
    if (this.#state !== 'started') return;
    native.setIntervals(this.#intervalMicros, this.#options.jitter);
  }

  get #intervalMicros(): number {
    return Math.round(this.#intervalMillis * MICROS_PER_MILLI);
  }

  /**
   * Forgets all counts and times.
   *
   * @throws ProfilerError `ERR_PROFILER_CANCELLED`
   */
  reset(): void {
    this.#expectNotCancelled('reset');
    native.resetTable(this.#table);
    this.#resets++;
    this.#runs = this.#paused ? 0 : 1;
    this.#agent.noteState();
    // What was sampled up to now belonged to the rest and goes too.
    if (!this.#paused) native.drain();
  }

  /**
   * The functions with the most hits: in this thread up to this very moment, in
   * others up to their last drain, as `profile()` has them.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   * @throws ProfilerError `ERR_PROFILER_UNKNOWN_THREAD`, `ERR_PROFILER_CANCELLED`
   */
  query(options?: QueryOptions): QueryResult {
    this.#expectNotCancelled('query');
    const checked = checkQueryOptions(options);
    if (!this.#paused) native.drain();
    // A filter has to look at every name, which only JavaScript can do.
    const ranked =
      checked.filter === undefined
        ? rankTable(this.#table, checked, checked.thread)
        : rankProfile(this.#profileNow(checked.thread), checked);
    return answerOf(ranked, this.#notesNow());
  }

  /**
   * A table of the top functions: name, file and line, hits, and the share of
   * all samples that contain it (total) and that it is the leaf of (self).
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   * @throws ProfilerError `ERR_PROFILER_CANCELLED`
   */
  show(options?: ShowOptions): string {
    this.#expectNotCancelled('show');
    const checked = checkShowOptions(options);
    return showProfile(this.#snapshot(checked.thread), checked, this.#notesNow(), currentFolder());
  }

  /**
   * All that was counted: in this thread up to this very moment, in others up to
   * their last drain, a second ago at most unless they cannot be interrupted.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   * @throws ProfilerError `ERR_PROFILER_UNKNOWN_THREAD`, `ERR_PROFILER_CANCELLED`
   */
  profile(options?: ProfileOptions): Profile {
    this.#expectNotCancelled('profile');
    const { thread } = expectOptions('the profile options', options, ['thread']);
    return this.#snapshot(expectThread('thread', thread));
  }

  /**
   * What profiling costs and has met with since `start()`.
   *
   * @throws ProfilerError `ERR_PROFILER_CANCELLED`
   */
  stats(): ProfilerStats {
    this.#expectNotCancelled('stats');
    return this.#stats();
  }

  /**
   * The times in which an event loop did not turn for `stalls.thresholdMillis`
   * or longer, the last first, with what the thread did meanwhile. Also those
   * that still last.
   *
   * @throws ProfilerError `ERR_PROFILER_CANCELLED`
   */
  stalls(): Stall[] {
    this.#expectNotCancelled('stalls');
    return this.#state === 'started' ? stallsNow() : [];
  }

  /**
   * Serves pages that show and control this launcher, from a thread of their own:
   * they answer also while the event loop of this one is stuck. Whoever reaches the
   * address gets in, or whoever has the token. It ends with `close()` or `cancel()`,
   * and does not keep the process alive.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   * @throws ProfilerError `ERR_PROFILER_TOKEN_NEEDED`, `ERR_PROFILER_CANNOT_LISTEN`,
   *   `ERR_PROFILER_NO_THREAD`, `ERR_PROFILER_CANCELLED`
   */
  async serve(options?: ServeOptions): Promise<PageServerHandle> {
    this.#expectNotCancelled('serve');
    const { server, url } = await this.#agent.serve(checkServeOptions(options));
    return { url, close: () => this.#agent.closeServer(server) };
  }

  #changed(): void {
    this.#sinceMillis = Date.now();
    this.#agent.noteState();
  }

  #stateNow(): LauncherState {
    return {
      state: this.#state,
      isPaused: this.#paused,
      sinceMillis: this.#sinceMillis,
      unpausedMillis: this.#unpausedMillis,
      runs: this.#runs,
      resets: this.#resets,
      intervalMillis: this.#intervalMillis,
      maxOverhead: this.#options.maxOverhead,
      notes: [...this.#notes],
    };
  }

  #stats(): ProfilerStats {
    return statsOf(nativeStats(this.#table), {
      intervalMillis: this.#intervalMillis,
      maxOverhead: this.#options.maxOverhead,
    });
  }

  #notesNow(): string[] {
    return [...this.#notes, ...(this.#state === 'started' ? statsNotes(this.#stats()) : [])];
  }

  #snapshot(thread?: ThreadChoice): Profile {
    if (!this.#paused) native.drain();
    return this.#profileNow(thread);
  }

  #profileNow(thread?: ThreadChoice): Profile {
    return profileOfTable(this.#table, {
      intervalMillis: this.#intervalMillis,
      thread,
    });
  }

  /** An eager profiler knows all code since V8 began to follow it, up to `cancel()`. */
  #dealWithCodeBefore(begun: number, programMillis: number): void {
    if (!this.#lazy && native.timesBegun() !== begun) this.#dealWithLateCode(programMillis);
  }

  #dealWithLateCode(programMillis: number): void {
    const note = lateCodeNote(dealWithLateCode(this.#options.lateCode, programMillis));
    if (note !== undefined) this.#notes.add(note);
  }

  #expectNotCancelled(method: string): void {
    if (this.#state === 'cancelled') {
      throw new ProfilerError(
        'ERR_PROFILER_CANCELLED',
        `Expected a launcher that is not cancelled for ${method}() but it was ended by cancel()`,
      );
    }
  }
}

/** What the pages may do to a launcher. */
function controlsOf(launcher: SimpleLauncher): Controls {
  // Not `async`: they are as synchronous as what they call, and reject as it throws.
  const made = (change: () => void): Promise<void> =>
    new Promise((resolve) => {
      change();
      resolve();
    });
  return {
    pause: () => made(() => launcher.pause()),
    unpause: () =>
      made(() => {
        if (!launcher.isAlive()) launcher.start();
        launcher.unpause();
      }),
    setInterval: (millis) => made(() => launcher.setInterval(millis)),
    reset: () => made(() => launcher.reset()),
  };
}
