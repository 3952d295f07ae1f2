import { inspect } from 'node:util';

import { seedFrom } from './variables';

/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T;
  }
}

/**
 * What all that is drawn in this run begins with: OX_FUZZ_SEED, else a new number.
 * A failed test says it, and so does the run.
 */
export const seed = seedFrom('OX_FUZZ_SEED');

let isTold = false;

/** A test of what is drawn: by `random`, or by what else takes a `seed`. */
export function itDraws(title: string, run: (random: Random, seed: number) => void | Promise<void>): void {
  it(title, async () => {
    if (!isTold) console.log(`      What is drawn here is drawn again with OX_FUZZ_SEED=${String(seed)}`);
    isTold = true;
    try {
      await run(new Random(seed), seed);
    } catch (error) {
      throw withSeed(error);
    }
  });
}

/** The same error, so that a reporter still shows the difference that it has. */
function withSeed(error: unknown): Error {
  const wrapped = error instanceof Error ? error : new Error(inspect(error));
  const { message, stack = '' } = wrapped;
  wrapped.message = `${message}\nDrawn with OX_FUZZ_SEED=${String(seed)}`;
  wrapped.stack = stack.replace(message, () => wrapped.message);
  return wrapped;
}
