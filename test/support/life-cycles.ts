import type { ProfilerErrorCode } from 'ox-profile';
import { Random } from './random';

/*
 * Life cycles are lists of steps, legal and illegal ones in any order, that
 * test/workloads/life-cycle.js takes. What each step has to come to is foretold
 * here, by a model of what the launchers of a process promise.
 */

type Outcome = 'ok' | ProfilerErrorCode;
type Slot = 'a' | 'b';
type WorkerSlot = 'v' | 'w' | 'x';

/** One step; `life-cycle.js` knows them by `op`. */
export interface Step {
  readonly op: string;
  readonly expect: Outcome;
  readonly on?: Slot | WorkerSlot;
  /** What a method is called with. */
  readonly args?: readonly unknown[];
  /** What it has to return, where that is known. */
  readonly returns?: unknown;
  readonly kind?: string;
  readonly name?: string;
  readonly millis?: number;
  readonly wait?: boolean;
}

/** How a program ends that has taken its steps. */
export interface Ending {
  readonly how: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr?: RegExp;
}

const ended = (how: string, code: number, stderr?: RegExp): Ending =>
  stderr === undefined ? { how, code, signal: null } : { how, code, signal: null, stderr };

/** `life-cycle.js` knows them by `how`. */
export const endings: readonly Ending[] = [
  ended('runs out of work', 0),
  ended('runs out of work after a timer', 0),
  ended('calls process.exit(7)', 7),
  ended('calls process.exit(7) from a timer', 7),
  ended('calls process.exit(7) from an exit listener', 7),
  ended('calls process.exit(7) while workers start', 7),
  ended('calls process.exit(7) while workers are terminated', 7),
  ended('calls process.exit(7) while threads are asked', 7),
  ended('throws', 1, /on purpose/),
  ended('rejects', 1, /on purpose/),
  ended('exits in an uncaughtException listener', 4),
  ended('has a worker that throws', 1, /on purpose/),
  ended('takes its last steps in an exit listener', 0),
  ended('takes its last steps in a beforeExit listener', 0),
  { how: 'is ended by SIGTERM', code: null, signal: 'SIGTERM' },
  ended('handles SIGTERM', 9),
];

/** What a program does: lists of steps, and the last ones, which wait for nothing. */
export interface LifeCycle {
  readonly lists: readonly (readonly Step[])[];
  readonly last: readonly Step[];
}

const LISTS = 4;
const MOST_STEPS = 14;
const LAST_STEPS = 5;

/** An id that no thread has. */
const NO_THREAD = 424_242;

const workerKinds = [
  ...['waits', 'works', 'spins', 'ends', 'exits', 'throws', 'collects'],
  ...['observes', 'nests', 'launches', 'launches and pauses'],
];
/** Workers that never look at what they are told. */
const deafKinds: readonly (string | undefined)[] = ['spins'];

interface Launcher {
  state: 'new' | 'started' | 'cancelled';
  paused: boolean;
}

/** A process as the documents promise it to be. */
class Model {
  readonly #random: Random;
  readonly #launchers = new Map<Slot, Launcher>();
  readonly #workers = new Map<WorkerSlot, string>();
  #codeLogging: 'eager' | 'lazy' | undefined;
  /** Whose launcher is started. */
  #owner: Slot | WorkerSlot | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  step(): Step {
    const random = this.#random;
    const share = random.next();
    if (share < 0.2) return this.#workerStep();
    if (share < 0.3) return this.#observeStep();
    if (share < 0.4) return this.#pass();
    return this.syncStep();
  }

  /** A step that is over when it returns. */
  syncStep(): Step {
    const on = this.#random.pick<Slot>(['a', 'a', 'b']);
    const launcher = this.#launchers.get(on);
    const anew = launcher?.state === 'cancelled' || (launcher?.state === 'new' && this.#random.chance(0.1));
    if (launcher === undefined || (anew && this.#random.chance(0.5))) return this.#construct(on);
    // What begins something comes more often than what ends it.
    const op = this.#random.pick([
      ...['start', 'start', 'start', 'unpause', 'unpause', 'unpause', 'pause', 'cancel'],
      ...['setInterval', 'reset', 'query', 'query', 'show', 'profile', 'stats', 'stalls'],
      ...['isPaused', 'isAlive'],
    ]);
    return this.#call(op, on, launcher);
  }

  /** What is left is ended. */
  cleanUp(): Step[] {
    const steps: Step[] = [];
    for (const [on, kind] of this.#workers) {
      steps.push(
        deafKinds.includes(kind)
          ? this.#terminate(on, true)
          : { op: 'tell', on, expect: 'ok' },
      );
      this.#forget(on);
    }
    for (const [on, launcher] of this.#launchers) steps.push(this.#call('cancel', on, launcher));
    return steps;
  }

  #construct(on: Slot): Step {
    const random = this.#random;
    const bad = random.chance(0.1)
      ? random.pick<[Record<string, unknown>, Outcome]>([
          [{ intervalMillis: 0 }, 'ERR_PROFILER_OUT_OF_RANGE'],
          [{ intervalMillis: '1' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
          [{ maxOverhead: 0 }, 'ERR_PROFILER_OUT_OF_RANGE'],
          [{ parkAfterMillis: 0 }, 'ERR_PROFILER_OUT_OF_RANGE'],
          [{ threads: 'some' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
          [{ stalls: { thresholdMillis: 1 } }, 'ERR_PROFILER_OUT_OF_RANGE'],
          [{ interval: 1 }, 'ERR_PROFILER_UNKNOWN_OPTION'],
        ])
      : undefined;
    const asked = random.pick<'eager' | 'lazy' | undefined>([undefined, undefined, 'eager', 'lazy']);
    const options = {
      intervalMillis: random.pick([0.2, 1, 5]),
      maxOverhead: random.pick([Infinity, 0.01, 0.0001]),
      parkAfterMillis: random.pick([1, 1, 50, Infinity]),
      maxNodes: random.pick([100, 100_000]),
      threads: random.pick(['all', 'all', 'all', 'main']),
      lateCode: random.pick([undefined, 'leave', 'repair']),
      stalls: random.pick([undefined, false, { thresholdMillis: 10, keep: 2 }]),
      codeLogging: asked,
      ...bad?.[0],
    };
    const args = [options];
    if (bad) return { op: 'construct', on, args, expect: bad[1] };
    const fixed = this.#codeLogging;
    if (fixed !== undefined && asked !== undefined && asked !== fixed) {
      return { op: 'construct', on, args, expect: 'ERR_PROFILER_CODE_LOGGING_FIXED' };
    }
    this.#codeLogging ??= asked ?? 'eager';
    this.#launchers.set(on, { state: 'new', paused: true });
    return { op: 'construct', on, args, expect: 'ok' };
  }

  #call(op: string, on: Slot, launcher: Launcher): Step {
    const { state } = launcher;
    if (op === 'isPaused') return { op, on, returns: launcher.paused, expect: 'ok' };
    if (op === 'isAlive') return { op, on, returns: state === 'started', expect: 'ok' };
    if (op === 'cancel') {
      if (this.#owner === on) this.#owner = undefined;
      launcher.state = 'cancelled';
      launcher.paused = true;
      return { op, on, expect: 'ok' };
    }
    const [args, refused] = this.#arguments(op);
    const expect = state === 'cancelled' ? 'ERR_PROFILER_CANCELLED' : refused ?? this.#act(op, on, launcher);
    return { op, on, args, expect };
  }

  /** What a method is called with, and what has to come of that alone. */
  #arguments(op: string): [unknown[], Outcome | undefined] {
    const random = this.#random;
    const bad = random.chance(0.15);
    switch (op) {
      case 'setInterval':
        if (!bad) return [[random.pick([0.1, 0.3, 1, 20])], undefined];
        return random.pick<[unknown[], Outcome]>([
          [[0], 'ERR_PROFILER_OUT_OF_RANGE'],
          [['1'], 'ERR_PROFILER_INVALID_ARG_TYPE'],
        ]);
      case 'query':
        if (!bad) return [[{ maxRecords: random.pick([0, 10, Infinity]) }], undefined];
        return random.pick<[unknown[], Outcome]>([
          [[{ maxRecords: -1 }], 'ERR_PROFILER_OUT_OF_RANGE'],
          [[{ filter: '(' }], 'ERR_PROFILER_INVALID_FILTER'],
          [[{ limit: 1 }], 'ERR_PROFILER_UNKNOWN_OPTION'],
          [[{ thread: NO_THREAD }], 'ERR_PROFILER_UNKNOWN_THREAD'],
        ]);
      case 'profile':
        return bad ? [[{ thread: NO_THREAD }], 'ERR_PROFILER_UNKNOWN_THREAD'] : [[], undefined];
      default:
        return [[], undefined];
    }
  }

  /** What has to come of a call with good arguments, which is then done. */
  #act(op: string, on: Slot, launcher: Launcher): Outcome {
    if (op === 'start') {
      if (launcher.state === 'started') return 'ERR_PROFILER_ALREADY_STARTED';
      if (this.#owner !== undefined) return 'ERR_PROFILER_IN_USE';
      this.#owner = on;
      launcher.state = 'started';
    } else if (op === 'unpause') {
      if (launcher.state !== 'started') return 'ERR_PROFILER_NOT_STARTED';
      launcher.paused = false;
    } else if (op === 'pause') {
      launcher.paused = true;
    }
    return 'ok';
  }

  #observeStep(): Step {
    const op = this.#random.pick(['observe.stacks', 'observe.profile', 'observe.stalls']);
    const args = op === 'observe.stalls' ? [] : [{ timeoutMillis: this.#random.pick([1, 20]) }];
    const started = op !== 'observe.profile' || this.#owner !== undefined;
    return {
      op,
      args,
      // Whether it is waited for: other steps may come in between.
      wait: !started || this.#random.chance(0.7),
      expect: started ? 'ok' : 'ERR_PROFILER_NOT_STARTED',
    };
  }

  #pass(): Step {
    const [op, most] = this.#random.pick<[string, number]>([
      ['burn', 30],
      ['sleep', 120],
      ['block', 40],
      ['churn', 20],
    ]);
    return { op, millis: this.#random.between(0, most), expect: 'ok' };
  }

  #workerStep(): Step {
    const random = this.#random;
    const on = random.pick<WorkerSlot>(['v', 'w', 'x']);
    const kind = this.#workers.get(on);
    if (kind === undefined) return this.#startWorker(on);
    const owns = this.#owner === on;
    this.#forget(on);
    if (!deafKinds.includes(kind) && random.chance(0.5)) return { op: 'tell', on, expect: 'ok' };
    return this.#terminate(on, owns || random.chance(0.5));
  }

  #startWorker(on: WorkerSlot): Step {
    const random = this.#random;
    const kind = random.pick(workerKinds);
    const launches = kind.startsWith('launches');
    this.#workers.set(on, kind);
    const expect = launches && this.#owner !== undefined ? 'ERR_PROFILER_IN_USE' : 'ok';
    if (launches && expect === 'ok') this.#owner = on;
    const step = { op: 'worker', on, kind, wait: launches || random.chance(0.5), expect } as const;
    return random.chance(0.5) ? { ...step, name: `worker ${on}` } : step;
  }

  #terminate(on: WorkerSlot, wait: boolean): Step {
    return { op: 'terminate', on, wait, expect: 'ok' };
  }

  #forget(on: WorkerSlot): void {
    this.#workers.delete(on);
    if (this.#owner === on) this.#owner = undefined;
  }
}

/** The life cycle that belongs to `seed`. */
export function lifeCycle(seed: number): LifeCycle {
  const random = new Random(seed);
  const model = new Model(random);
  const lists: Step[][] = [];
  for (let i = 0; i < LISTS; i++) {
    const list = Array.from({ length: random.between(4, MOST_STEPS) }, () => model.step());
    // The program ends with whatever the last list has left.
    if (i + 1 < LISTS) list.push(...model.cleanUp());
    lists.push(list);
  }
  const last = Array.from({ length: random.between(1, LAST_STEPS) }, () => model.syncStep());
  return { lists, last };
}
