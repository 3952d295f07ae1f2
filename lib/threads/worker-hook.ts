import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { Worker, WorkerOptions } from 'node:worker_threads';
// The module object itself, whose property is replaced.
// eslint-disable-next-line @typescript-eslint/no-require-imports
import workerThreads = require('node:worker_threads');

import { native } from '../native';

type WorkerClass = typeof Worker;

const preloadFile = join(__dirname, 'preload.js');
const EXEC_ARGV = 'ox-profile: process.execArgv';

/** Says of `Worker` that it joins, whoever has wrapped it since; and, of ours alone,
 * what is beneath. One symbol for all times that this file is loaded. */
const JOINS = Symbol.for(`ox-profile: joins ${preloadFile}`);
const BENEATH = Symbol.for(`ox-profile: beneath ${preloadFile}`);

type HookedClass = WorkerClass & { [JOINS]?: true; [BENEATH]?: WorkerClass };

/** What a plain worker inherits: the process's options as they were at first. */
let inherited: { execArgv: readonly string[]; nodeOptions: string | undefined } | undefined;

/** The class whose workers are not profiled: for threads of the profiler's own. */
export function unhookedWorker(): WorkerClass {
  return (workerThreads.Worker as HookedClass)[BENEATH] ?? workerThreads.Worker;
}

/**
 * Has workers that this thread starts load the profiler before their own code,
 * while a launcher wants all threads; at other times they start as ever.
 *
 * `Worker` becomes a proxy of itself: a worker of either is an instance of both,
 * and classes may extend either. Who took the class out of the module before
 * goes on with the original, and its workers are not profiled. So this is done
 * as soon as the package is loaded.
 */
export function hookWorkers(): void {
  inherited ??= { execArgv: [...process.execArgv], nodeOptions: process.env.NODE_OPTIONS };
  const original: HookedClass = workerThreads.Worker;
  if (original[JOINS] === true) return;
  const hooked: HookedClass = new Proxy(original, {
    construct: (target, args: unknown[], newTarget): Worker =>
      construct(target, args, newTarget === hooked ? target : newTarget),
    get: (target, key, receiver): unknown => {
      if (key === JOINS) return true;
      // Not of one that somebody else has wrapped.
      if (key === BENEATH) return receiver === hooked ? original : undefined;
      return Reflect.get(target, key, receiver);
    },
  });
  replaceWorker(hooked);
}

/** Puts back the original `Worker`. */
export function unhookWorkers(): void {
  const original = (workerThreads.Worker as HookedClass)[BENEATH];
  // Somebody else may have wrapped it since, and holds ours.
  if (original !== undefined) replaceWorker(original);
}

function replaceWorker(replacement: WorkerClass): void {
  workerThreads.Worker = replacement;
  // A worker's `constructor` is what its class is called by.
  (replacement.prototype as { constructor: unknown }).constructor = replacement;
  syncBuiltinESMExports();
}

function construct(target: WorkerClass, args: unknown[], newTarget: unknown): Worker {
  const plain = (): Worker => Reflect.construct(target, args, newTarget as WorkerClass) as Worker;
  const [file, options] = args;
  if (!native.joining()) return plain();
  // What is no object is for Node to refuse.
  if (options !== undefined && (typeof options !== 'object' || options === null)) return plain();
  const given = (options ?? {}) as WorkerOptions;
  const own = given.execArgv;
  if (own !== undefined && !Array.isArray(own)) return plain();

  // Node would read NODE_OPTIONS anew, where a plain worker takes it as it was.
  if (given.env === undefined || given.env === workerThreads.SHARE_ENV) {
    if (process.env.NODE_OPTIONS !== inherited?.nodeOptions) return plain();
  }

  let flags: readonly string[] = own ?? inherited?.execArgv ?? process.execArgv;
  for (;;) {
    try {
      const joining = withExecArgv(given, [...flags, '--require', preloadFile]);
      const begin = (): Worker =>
        Reflect.construct(
          target,
          [file, joining, ...args.slice(2)],
          newTarget as WorkerClass,
        ) as Worker;
      const worker = telling(own === undefined ? flags.length : Infinity, begin);
      if (typeof given.name === 'string' && given.name !== '') {
        native.nameThread(worker.threadId, given.name);
      }
      return worker;
    } catch (error) {
      const fewer = own === undefined ? withoutRefused(flags, error) : flags;
      if (!isRefusal(error)) throw error;
      if (fewer.length === flags.length) return plain();
      flags = fewer;
    }
  }
}

/** Options that are read as `given`, by whatever getters, but for one. */
function withExecArgv(given: WorkerOptions, execArgv: string[]): WorkerOptions {
  return new Proxy<WorkerOptions>({}, {
    get: (_, key): unknown => (key === 'execArgv' ? execArgv : Reflect.get(given, key)),
    has: (_, key) => key === 'execArgv' || Reflect.has(given, key),
  });
}

/**
 * Flags of the process that a worker inherits in silence, but that Node refuses
 * when they are named: those of V8.
 */
function withoutRefused(flags: readonly string[], error: unknown): string[] {
  const message = error instanceof Error ? error.message : '';
  // "… with invalid execArgv flags: --a, --b"
  const refused = new Set(message.slice(message.lastIndexOf(': ') + 2).split(', '));
  return flags.filter((flag) => !refused.has(flag));
}

function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_WORKER_INVALID_EXEC_ARGV';
}

/**
 * Tells a worker that begins in `begin` what its `process.execArgv` would be, if
 * flags had to be left out.
 */
function telling<T>(flagCount: number, begin: () => T): T {
  const whole = inherited?.execArgv ?? process.execArgv;
  if (flagCount >= whole.length) return begin();
  workerThreads.setEnvironmentData(EXEC_ARGV, [...whole]);
  try {
    return begin();
  } finally {
    workerThreads.setEnvironmentData(EXEC_ARGV, undefined);
  }
}

/** In a worker: makes `process.execArgv` what it would be without us. */
export function hidePreload(): void {
  const { execArgv } = process;
  const told = workerThreads.getEnvironmentData(EXEC_ARGV);
  if (Array.isArray(told)) {
    execArgv.splice(0, execArgv.length, ...(told as string[]));
    workerThreads.setEnvironmentData(EXEC_ARGV, undefined);
    return;
  }
  for (let at = execArgv.length - 1; at > 0; at--) {
    if (execArgv[at] === preloadFile && execArgv[at - 1] === '--require') execArgv.splice(at - 1, 2);
  }
}
