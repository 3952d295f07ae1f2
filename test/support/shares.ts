import assert from 'node:assert/strict';
import { join } from 'node:path';

import { root } from './children';

/** A share of time, as test/workloads/shares.js judges it. Parts of 1. */
export interface Share {
  readonly truth: number;
  readonly found: number;
  /** A true profiler is further off once in a million runs. */
  readonly bound: number;
  /** How exactly the program knows the truth; in `bound`. */
  readonly resolution: number;
  readonly samples: number;
  readonly batches: number;
  /** How many times the variance of as many independent samples. */
  readonly designEffect: number;
}

export type SharesByName = Record<string, Share>;

/** By the column that they were found in. */
export interface MeasuredShares {
  readonly cpuMillis: SharesByName;
  /** Where no other program had the cores. */
  readonly wallMillis?: SharesByName;
}

/** What tests use of test/workloads/shares.js. */
export interface SharesModule {
  readonly CHANCE: number;
  readonly MOST_BOUND: number;
  tQuantile(degrees: number): number;
  judge(
    batches: readonly { truth: number; trueTotal: number; found: number; foundTotal: number; samples: number }[],
    resolution: number,
  ): Share;
  boundOfHits(truth: number, busy: number, samples: number): number;
  differenceOfMeans(one: readonly number[], other: readonly number[]): { difference: number; bound: number };
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript of the workloads
export const sharesModule = require(join(root, 'test', 'workloads', 'shares.js')) as SharesModule;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** The numbers that a share was judged by. */
export function accountOfShare(name: string, { truth, found, bound, ...rest }: Share): string {
  const { samples, batches, designEffect, resolution } = rest;
  return (
    `${name}: ${percent(found)} found where ${percent(truth)} is true; ` +
    `a true profiler is within ${percent(bound)}, of which ${percent(resolution)} are the truth's own ` +
    `(${String(samples)} samples in ${String(batches)} batches, design effect ${designEffect.toFixed(2)})`
  );
}

/**
 * Fails where a share that was found is further from the true one than a true
 * profiler's would be, or where there were too few samples to tell.
 */
export function assertShares(
  { cpuMillis, wallMillis = {} }: MeasuredShares,
  mostBound: number = sharesModule.MOST_BOUND,
): void {
  for (const [name, share] of Object.entries(cpuMillis)) {
    assert.ok(share.bound <= mostBound, `too few samples: ${accountOfShare(name, share)}`);
  }
  for (const [column, shares] of Object.entries({ cpuMillis, wallMillis })) {
    // What one has too much another has too little: all are told.
    const accounts = Object.entries(shares).map(([name, share]) => accountOfShare(`${name}, ${column}`, share));
    const areTrue = Object.values(shares).every(({ found, truth, bound }) => Math.abs(found - truth) <= bound);
    assert.ok(areTrue, accounts.join('\n'));
  }
}

/** A part of all samples, or of all time by samples, judged by their number alone. */
export interface PartOfSamples {
  readonly truth: number;
  readonly found: number;
  /** As `boundOfHits()` of test/workloads/shares.js has it. */
  readonly bound: number;
  readonly samples: number;
}

/** Fails as `assertShares()` does. */
export function assertPartOfSamples(
  name: string,
  part: PartOfSamples,
  mostBound: number = sharesModule.MOST_BOUND,
): void {
  const { truth, found, bound, samples } = part;
  const account =
    `${name}: ${percent(found)} found where ${percent(truth)} is true; ` +
    `a true profiler is within ${percent(bound)} (${String(samples)} samples)`;
  assert.ok(bound <= mostBound, `too few samples: ${account}`);
  assert.ok(Math.abs(found - truth) <= bound, account);
}
