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

/** Takes back what `hookWorkers` did. */
let unhook: (() => void) | undefined;

/** The class beneath ours, as long as it is hooked. */
let unhooked: WorkerClass | undefined;

/** The class whose workers are not profiled: for threads of the profiler's own. */
export function unhookedWorker(): WorkerClass {
  return unhooked ?? workerThreads.Worker;
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
  if (unhook !== undefined) return;
  const original = workerThreads.Worker;
  const hooked: WorkerClass = new Proxy(original, {
    construct: (target, args: unknown[], newTarget): Worker =>
      construct(target, args, newTarget === hooked ? target : newTarget),
  });
  workerThreads.Worker = hooked;
  unhooked = original;
  syncBuiltinESMExports();
  unhook = () => {
    unhook = undefined;
    unhooked = undefined;
    // Somebody else may have replaced it since, and holds ours.
    if (workerThreads.Worker !== hooked) return;
    workerThreads.Worker = original;
    syncBuiltinESMExports();
  };
}

/** Puts back the original `Worker`. */
export function unhookWorkers(): void {
  unhook?.();
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

  let flags = own ?? process.execArgv;
  for (;;) {
    try {
      const joining = { __proto__: given, execArgv: [...flags, '--require', preloadFile] };
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

/**
 * Flags of the process that a worker inherits in silence, but that Node refuses
 * when they are named: those of V8.
 */
function withoutRefused(flags: readonly string[], error: unknown): string[] {
  const message = error instanceof Error ? error.message : '';
  return flags.filter((flag) => !message.includes(flag));
}

function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_WORKER_INVALID_EXEC_ARGV';
}

/**
 * Tells a worker that begins in `begin` what its `process.execArgv` would be, if
 * flags had to be left out.
 */
function telling<T>(flagCount: number, begin: () => T): T {
  if (flagCount >= process.execArgv.length) return begin();
  workerThreads.setEnvironmentData(EXEC_ARGV, process.execArgv);
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
  const at = execArgv.lastIndexOf(preloadFile);
  if (at > 0 && execArgv[at - 1] === '--require') execArgv.splice(at - 1, 2);
}
