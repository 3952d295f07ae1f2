import { expectOneOf } from '../arguments';
import { FrameKind } from './frames';
import type { Profile } from './profile';
import { wilson, type Interval } from './statistics';
import type { ValueName } from './values';

/** Parts of all samples, or of all time, of threads at work. */
export interface Shares {
  /** Percent that contain it. */
  readonly share: number;
  /** Percent between which the true share lies in 95 % of cases. */
  readonly shareInterval: Interval;
  /** Percent in which it is the leaf. */
  readonly selfShare: number;
  readonly selfShareInterval: Interval;
}

/** What shares are parts of. */
export interface Whole {
  /** Samples, or nanoseconds, of threads at work. */
  readonly amount: number;
  /** As many samples of one weight as would tell as much. */
  readonly samples: number;
}

/** Checks a value to measure by: one that was measured, by default the first. */
export function expectValue(
  value: unknown,
  { valueTypes }: Pick<Profile, 'valueTypes'>,
): ValueName {
  const names = valueTypes.map(({ name }) => name);
  return value === undefined ? (names[0] ?? 'samples') : expectOneOf('value', value, names);
}

/** Nodes' own counts of a value. */
export function selfColumn(profile: Profile, value: ValueName): Float64Array {
  if (value === 'samples') return profile.selfHits;
  return value === 'wall' ? profile.selfWallNanos : profile.selfCpuNanos;
}

/** Counts of a value of nodes and all below them. */
export function totalColumn(profile: Profile, value: ValueName): Float64Array {
  if (value === 'samples') return profile.hits;
  return value === 'wall' ? profile.wallNanos : profile.cpuNanos;
}

/**
 * All samples or all time of threads at work: not of a waiting loop, nor of the
 * profiler.
 *
 * A share of time is known from the samples that divided it. Where they stand
 * for different times (after another interval was set, on threads of different
 * load), a few heavy ones say less than their number: (Σw)² / Σw² is what they
 * are worth (L. Kish, Survey Sampling, 1965, 11.7). Samples of one node count as
 * of one weight.
 */
export function wholeOf(profile: Profile, value: ValueName): Whole {
  const { samples } = profile.sums;
  if (value === 'samples') return { amount: samples, samples };
  const column = selfColumn(profile, value);
  let amount = 0;
  let sampled = 0;
  let squares = 0;
  for (let node = 0; node < profile.length; node++) {
    const nanos = column[node] as number;
    if (nanos === 0) continue;
    const kind = profile.frames.kind(profile.frame[node] as number);
    if (!isAtWork(kind)) continue;
    amount += nanos;
    const hits = profile.selfHits[node] as number;
    if (hits === 0) continue;
    sampled += nanos;
    squares += (nanos / hits) * nanos;
  }
  return { amount, samples: squares > 0 ? (sampled / squares) * sampled : 0 };
}

/** Whether samples and time of a kind of frame are work of the program. */
export function isAtWork(kind: FrameKind): boolean {
  return kind !== FrameKind.idle && kind !== FrameKind.profiler;
}

/** The part from 0 to 1 that `amount` is of a whole. */
export function proportion(amount: number, whole: Whole): number {
  return whole.amount > 0 ? Math.min(1, amount / whole.amount) : 0;
}

/** An interval of proportions in percent. */
export function inPercent({ low, high }: Interval): Interval {
  return { low: low * 100, high: high * 100 };
}

/** The shares of something in a whole, by what was counted of it. */
export function sharesOf(total: number, self: number, whole: Whole): Shares {
  const share = proportion(total, whole);
  const selfShare = proportion(self, whole);
  return {
    share: share * 100,
    shareInterval: inPercent(wilson(share, whole.samples)),
    selfShare: selfShare * 100,
    selfShareInterval: inPercent(wilson(selfShare, whole.samples)),
  };
}

/** Of what is no part of the whole: a waiting loop, the profiler. */
export const NO_SHARES: Shares = Object.freeze({
  share: 0,
  shareInterval: Object.freeze({ low: 0, high: 0 }),
  selfShare: 0,
  selfShareInterval: Object.freeze({ low: 0, high: 0 }),
});
