import { ProfileBuilder, type ThreadDescription } from '../profile/builder';
import { FrameKind } from '../profile/frames';
import type { Profile } from '../profile/profile';
import { valueTypes, type ValueName, type ValueType } from '../profile/values';
import { tooLarge, unreadable, type Where } from './expect';

/** A node takes some 70 bytes until the profile is made. */
const MOST_NODES = 4_000_000;
/** Frames of all stacks together: what a small file can say again and again. */
const MOST_STEPS = 50_000_000;
const MOST_THREADS = 10_000;
export const MOST_DEPTH = 1_000_000;

const kinds = new Map<string, FrameKind>([
  ['(idle)', FrameKind.idle],
  ['(program)', FrameKind.program],
  ['(garbage collector)', FrameKind.garbageCollector],
  ['(profiler)', FrameKind.profiler],
  ['(truncated)', FrameKind.truncated],
]);

export const MOST_LINE = 0xffff_ffff;

/** Builds the tree that a file describes; whatever it says, within bounds. */
export class TreeReader {
  readonly #builder = new ProfileBuilder();
  #steps = 0;
  #threads = 0;
  #hits = 0;
  #wallNanos = 0;
  #cpuNanos = 0;

  /** @returns the thread's root */
  thread(description: Pick<ThreadDescription, 'id' | 'name' | 'durationNanos'>): number {
    if (++this.#threads > MOST_THREADS) throw tooLarge('threads', MOST_THREADS, 'more');
    return this.#builder.thread({
      ...description,
      ended: false,
      unattributedNanos: 0,
      ageNanos: 0,
    });
  }

  /** States of a thread are known by their name, and by having no place. */
  frame(name: string, url: string, line = 0, column = 0): number {
    const kind = url === '' ? kinds.get(name) : undefined;
    return this.#builder.frame({ name, url, line, column }, kind ?? FrameKind.function);
  }

  child(parent: number, frame: number): number {
    if (++this.#steps > MOST_STEPS) throw tooLarge('frames in all stacks', MOST_STEPS, 'more');
    const node = this.#builder.child(parent, frame);
    if (this.#builder.length > MOST_NODES) throw tooLarge('nodes', MOST_NODES, 'more');
    return node;
  }

  /** Adds counts that are known to be numbers from 0. Sums have to stay exact. */
  add(node: number, where: Where, hits: number, wallNanos = 0, cpuNanos = 0): void {
    this.#hits += hits;
    this.#wallNanos += wallNanos;
    this.#cpuNanos += cpuNanos;
    const most = Math.max(this.#hits, this.#wallNanos, this.#cpuNanos);
    if (!(most <= Number.MAX_SAFE_INTEGER)) {
      throw unreadable('sums below 2^53', where, String(most));
    }
    this.#builder.add(node, hits, wallNanos, cpuNanos);
  }

  addLine(node: number, line: number, hits: number): void {
    if (hits > 0) this.#builder.addLine(node, line, hits);
  }

  finish(description: {
    readonly values: readonly ValueName[];
    readonly startMillis?: number;
    readonly intervalMillis?: number;
    readonly realInterval?: Profile['realInterval'];
    readonly dropped?: number;
  }): Profile {
    const { values, startMillis = 0, intervalMillis = 0, realInterval = null } = description;
    return this.#builder.finish({
      valueTypes: typesOf(values),
      startMillis,
      intervalMillis,
      realInterval,
      dropped: description.dropped ?? 0,
    });
  }
}

export function typesOf(names: readonly ValueName[]): readonly ValueType[] {
  return valueTypes.filter(({ name }) => names.includes(name));
}

const nanosPerUnit = new Map([
  ['nanoseconds', 1],
  ['ns', 1],
  ['microseconds', 1e3],
  ['us', 1e3],
  ['milliseconds', 1e6],
  ['ms', 1e6],
  ['seconds', 1e9],
  ['s', 1e9],
]);

/** Undefined for what is no unit of time. */
export function nanosOfUnit(unit: string): number | undefined {
  return nanosPerUnit.get(unit);
}
