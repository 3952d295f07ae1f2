import type { Worker } from 'node:worker_threads';

import { ProfilerError } from '../errors';
import { OWN_THREAD } from './own';
import { unhookedWorker } from './worker-hook';

export interface OwnWorker {
  /** What the thread runs. */
  readonly file: string;
  /** What the system calls it. */
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For whom Node.js gives none: what it is for. */
  readonly purpose: string;
  /** And what goes without. */
  readonly otherwise?: string;
}

/**
 * Starts a thread of the profiler's own. It is not profiled, and has nothing of
 * what the program is run with, no preloads, no profilers.
 *
 * @throws ProfilerError `ERR_PROFILER_NO_THREAD`
 */
export function newOwnWorker({ file, name, env = {}, purpose, otherwise }: OwnWorker): Worker {
  const Class = unhookedWorker();
  try {
    return new Class(file, {
      name,
      workerData: OWN_THREAD,
      execArgv: [],
      env,
      // Else its output would be piped into that of the program.
      stdout: true,
      stderr: true,
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = otherwise === undefined ? '' : `; ${otherwise}`;
    throw new ProfilerError(
      'ERR_PROFILER_NO_THREAD',
      `Expected a thread to ${purpose} in but Node.js gave none: ${why}${hint}`,
      { cause },
    );
  }
}
