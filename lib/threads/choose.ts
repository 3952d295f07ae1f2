import { expectCount, wrongType } from '../arguments';
import { ProfilerError } from '../errors';
import type { NativeThreadSeen } from '../native';

/**
 * A thread: Node's `threadId`, or a name, which several threads may share. The
 * main thread is 0 or `'main'`. -1 are the threads that ended first, together.
 */
export type ThreadChoice = number | string;

/** @throws TypeError, RangeError when it is neither an id nor a name */
export function expectThread(name: string, value: unknown): ThreadChoice | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    return expectCount(name, value, { min: -1, max: Number.MAX_SAFE_INTEGER });
  }
  if (typeof value === 'string') return value;
  throw wrongType('the id or the name of a thread', name, value);
}

/**
 * The ids of the threads that are meant.
 *
 * @throws ProfilerError `ERR_PROFILER_UNKNOWN_THREAD`
 */
export function idsOf(
  choice: ThreadChoice,
  threads: readonly NativeThreadSeen[],
): number[] {
  const ids = threads
    .filter(({ id, name }) => (typeof choice === 'number' ? id === choice : name === choice))
    .map(({ id }) => id);
  if (ids.length > 0) return ids;
  const known = threads.map(({ id, name }) => `${String(id)} (${name})`).join(', ');
  throw new ProfilerError(
    'ERR_PROFILER_UNKNOWN_THREAD',
    `Expected a thread that was profiled for thread but received ${
      typeof choice === 'string' ? `'${choice}'` : String(choice)
    }; there are ${known === '' ? 'none' : known}`,
  );
}
