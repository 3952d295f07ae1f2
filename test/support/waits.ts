import assert from 'node:assert/strict';

import { runWorkload } from './children';

/** What a launcher found of a program that mostly waits: test/workloads/waits.js. */
export interface FoundOfWaits {
  readonly work: {
    readonly truth: number;
    readonly found: number;
    readonly bound: number;
    readonly mostBound: number;
    readonly samples: number;
  };
  readonly program: { readonly most: number; readonly found: number };
  readonly parks: number;
}

export interface WaitingProgram {
  readonly waitsFor: 'timer' | 'file' | 'socket' | 'port' | 'process';
  readonly everyMillis: number;
  readonly workMillis: number;
  readonly intervalMillis: number;
}

/**
 * Runs a program that mostly waits, until its work is known well.
 *
 * @param patienceSeconds after which it answers anyway
 * @param folders of the packages that watch it, each with a launcher
 */
export function runWaits(
  program: WaitingProgram,
  patienceSeconds = 90,
  folders: readonly string[] = ['ox-profile'],
): Promise<FoundOfWaits[]> {
  const options = { ...program, folders, patienceMillis: patienceSeconds * 1000 };
  return runWorkload<FoundOfWaits[]>('waits', options, [], patienceSeconds + 60);
}

/** Fails where the work, or what is not the program's, was found wrong. */
export function assertWaits(waiting: WaitingProgram, found: FoundOfWaits): void {
  const { everyMillis, workMillis, intervalMillis } = waiting;
  const { work, program, parks } = found;
  const account = JSON.stringify(found);
  assert.ok(work.bound <= work.mostBound, `too few samples: ${account}`);
  assert.ok(Math.abs(work.found - work.truth) <= work.bound, account);
  assert.ok(program.found <= program.most + work.bound, account);
  // Or it would not be about waking. A wait as long as twice what a park first costs
  // (native/parking.h) is parked.
  const PARKS_AFTER_INTERVALS = 32;
  if (everyMillis - workMillis >= 2 * Math.max(50, PARKS_AFTER_INTERVALS * intervalMillis)) {
    assert.ok(parks > 0, account);
  }
}
