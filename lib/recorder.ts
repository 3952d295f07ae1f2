import { isMainThread, threadId } from 'node:worker_threads';

import { expectCount, expectOptions, wrongType } from './arguments';
import { expectHandle, native, type NativeTable } from './native';
import type { Frame } from './profile/frames';
import type { Profile } from './profile/profile';
import {
  answerOf,
  checkQueryOptions,
  rankProfile,
  type QueryOptions,
  type QueryResult,
} from './query';
import { checkShowOptions, currentFolder, showProfile, type ShowOptions } from './show';
import { profileOfTable } from './snapshot';
import type { ThreadChoice } from './threads/choose';

/** A frame as it can be recorded: a name, and a place where it is known. */
export type FrameLike = Pick<Frame, 'name'> & Partial<Frame>;

/** Options of a recorder. */
export interface RecorderOptions {
  /** Most nodes it keeps, 100 to 10 000 000. Default 100 000. */
  maxNodes?: number;
}

/**
 * Counts stacks, in a native table behind a mutex. A `Sampler` records into it;
 * so can anybody who has stacks to count.
 */
export class CountingRecorder {
  readonly #table: NativeTable;

  /** @throws TypeError, RangeError for an option that is unknown or out of bounds */
  constructor(options?: RecorderOptions) {
    const { maxNodes = 100_000 } = expectOptions('the recorder options', options, ['maxNodes']);
    this.#table = expectHandle(
      native.createTable(expectCount('maxNodes', maxNodes, { min: 100, max: 10_000_000 })),
    );
  }

  /**
   * Counts one sample.
   *
   * @param stack frames, root first, or the name of a stack of one frame; of names
   *   and URLs the first 4 096 characters are kept
   * @throws TypeError for anything else, also for no frames
   */
  record(stack: string | readonly FrameLike[]): void {
    const frames = expectFrames(typeof stack === 'string' ? [{ name: stack }] : stack);
    native.addStack(
      this.#table,
      threadId,
      isMainThread ? 'main' : `worker ${String(threadId)}`,
      frames.map(({ name, url }) => `${name}\0${url}\0`).join(''),
      Int32Array.from(frames.flatMap(({ line, column }) => [line, column])),
    );
  }

  /** The functions with the most hits; see `SimpleLauncher.query()`. Times are
   * zero: what is recorded has none. */
  query(options?: QueryOptions): QueryResult {
    const checked = checkQueryOptions(options);
    return answerOf(rankProfile(this.#profileOf(checked.thread), checked), []);
  }

  /** A table of the top functions; see `SimpleLauncher.show()`. */
  show(options?: ShowOptions): string {
    const checked = checkShowOptions(options);
    return showProfile(this.#profileOf(checked.thread), checked, [], currentFolder());
  }

  /** All that was counted. */
  profile(): Profile {
    return this.#profileOf(undefined);
  }

  #profileOf(thread: ThreadChoice | undefined): Profile {
    return profileOfTable(this.#table, { intervalMillis: 0, thread });
  }

  /** Forgets all counts. */
  reset(): void {
    native.resetTable(this.#table);
  }
}

const MAX_NAME_LENGTH = 4096;

function expectFrames(stack: unknown): Frame[] {
  const expected = 'a non-empty array of frames, { name, url?, line?, column? }, or a name';
  if (!Array.isArray(stack) || stack.length === 0) throw wrongType(expected, 'stack', stack);
  // Array.from, unlike map, visits holes too, and is what it is.
  return Array.from(stack, (frame: unknown) => {
    if (typeof frame !== 'object' || frame === null) throw wrongType(expected, 'stack', frame);
    const { name, url = '', line = 0, column = 0 } = frame as Record<string, unknown>;
    if (typeof name !== 'string') throw wrongType('a string', 'the name of a frame', name);
    if (typeof url !== 'string') throw wrongType('a string', 'the url of a frame', url);
    return {
      name: asCString(name),
      url: asCString(url),
      line: expectCount('the line of a frame', line, { min: 0, max: 0x7fffffff }),
      column: expectCount('the column of a frame', column, { min: 0, max: 0x7fffffff }),
    };
  });
}

/** The native table keeps C strings, and what is longer than any name is cut. */
function asCString(text: string): string {
  return text.slice(0, MAX_NAME_LENGTH).replaceAll('\0', '\ufffd');
}
