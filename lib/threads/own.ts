import { workerData } from 'node:worker_threads';

/** The `workerData` of threads of the profiler's own, which are not profiled. */
export const OWN_THREAD = 'ox-profile: a thread of its own';

/** Whether this thread is the profiler's. */
export function isOwnThread(): boolean {
  return workerData === OWN_THREAD;
}
