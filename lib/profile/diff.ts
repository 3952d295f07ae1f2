import { expectBoolean, expectCount, expectNumber, expectOptions } from '../arguments';
import { align } from './align';
import { compareFunctions, type DiffRecord } from './diff-functions';
import { expectMatcher, type FramePattern } from './matcher';
import { expectComparable } from './merge';
import type { Profile } from './profile';
import { expectValue, selfColumn, totalColumn } from './shares';
import { expectSort, type SortOrder } from './top-functions';
import type { ValueName, ValueType } from './values';

export interface DiffOptions {
  /** Multiply what was counted before so that both stand for equally much time.
   * Default true. */
  normalise?: boolean;
}

/** What makes both sides equally much: the time profiled; samples at work, where
 * a side does not know its time; or nothing. */
export type NormalisedBy = 'duration' | 'samples' | 'nothing';

export interface DiffFunctionsOptions {
  /** At most so many; all by default. */
  limit?: number;
  /** By the difference of total (default) or of self shares. */
  sort?: SortOrder;
  /** Only functions that it matches are compared: fewer comparisons find
   * smaller differences. */
  filter?: FramePattern;
  /** What is compared; default samples, where both counted them. */
  value?: ValueName;
}

export interface SlowerOptions {
  /** Percentage points by which a share has to have grown, at least. Default 1. */
  points?: number;
  /** Total shares (default), or self shares. */
  sort?: SortOrder;
  /** Only functions that it matches are compared. */
  filter?: FramePattern;
  /** What is compared; default samples, where both counted them. */
  value?: ValueName;
}

interface Sides {
  readonly before: Profile;
  readonly after: Profile;
  readonly scale: number;
  readonly normalisedBy: NormalisedBy;
}

/**
 * Two profiles, laid over each other node by node: frames, threads, `parent`,
 * `frame` and `thread` are the same in both; counts are each one's own, and zero
 * where a side has no such stack. The columns are after less before, and before is
 * multiplied by `scale`.
 */
export class ProfileDiff {
  readonly before: Profile;
  readonly after: Profile;
  /** What counts of before are multiplied by. */
  readonly scale: number;
  readonly normalisedBy: NormalisedBy;
  /** Samples in which the node is the leaf. */
  readonly deltaSelfHits: Float64Array;
  /** Samples of the node and all below it. */
  readonly deltaHits: Float64Array;
  readonly deltaSelfWallNanos: Float64Array;
  readonly deltaWallNanos: Float64Array;
  readonly deltaSelfCpuNanos: Float64Array;
  readonly deltaCpuNanos: Float64Array;

  constructor({ before, after, scale, normalisedBy }: Sides) {
    this.before = before;
    this.after = after;
    this.scale = scale;
    this.normalisedBy = normalisedBy;
    const delta = (column: typeof selfColumn, value: ValueName): Float64Array => {
      const was = column(before, value);
      return column(after, value).map((each, node) => each - (was[node] as number) * scale);
    };
    this.deltaSelfHits = delta(selfColumn, 'samples');
    this.deltaHits = delta(totalColumn, 'samples');
    this.deltaSelfWallNanos = delta(selfColumn, 'wall');
    this.deltaWallNanos = delta(totalColumn, 'wall');
    this.deltaSelfCpuNanos = delta(selfColumn, 'cpu');
    this.deltaCpuNanos = delta(totalColumn, 'cpu');
    Object.freeze(this);
  }

  /** Number of nodes. */
  get length(): number {
    return this.after.length;
  }

  /** The values that both sides have. */
  get valueTypes(): readonly ValueType[] {
    return this.after.valueTypes;
  }

  /**
   * Functions with their shares before and after; the largest differences first,
   * in either direction.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   */
  functions(options?: DiffFunctionsOptions): DiffRecord[] {
    const given = expectOptions('the options', options, ['limit', 'sort', 'filter', 'value']);
    return compareFunctions(this, {
      limit: expectCount('limit', given.limit ?? Infinity, { min: 0, max: Infinity }),
      sort: expectSort(given.sort ?? 'total'),
      matches: given.filter === undefined ? undefined : expectMatcher('filter', given.filter),
      value: expectValue(given.value, this),
    });
  }

  /**
   * Functions whose share of the work grew by more than `points`, and
   * significantly: more than chance explains. Empty when there are none.
   *
   * @throws TypeError, RangeError for an option that is unknown or out of bounds
   */
  slower(options?: SlowerOptions): DiffRecord[] {
    const { points = 1, ...others } = expectOptions('the options', options, [
      'points',
      'sort',
      'filter',
      'value',
    ]);
    const least = expectNumber('points', points, { min: 0, max: 100, unit: 'percentage points' });
    const bySelf = others.sort === 'self';
    return this.functions(others as DiffFunctionsOptions).filter((each) =>
      bySelf
        ? each.selfDelta > least && each.selfSignificant
        : each.delta > least && each.significant,
    );
  }
}

/** `Profile.diff()`. */
export function diffProfiles(before: Profile, after: Profile, options: unknown): ProfileDiff {
  const given = expectOptions('the options', options, ['normalise']);
  const normalise = expectBoolean('normalise', given.normalise ?? true);
  expectComparable([before, after]);
  return new ProfileDiff({ ...align(before, after), ...scaling(before, after, normalise) });
}

function scaling(
  before: Profile,
  after: Profile,
  normalise: boolean,
): Pick<Sides, 'scale' | 'normalisedBy'> {
  if (normalise) {
    const [was, is] = [before.sums, after.sums];
    if (was.threadMillis > 0 && is.threadMillis > 0) {
      return { scale: is.threadMillis / was.threadMillis, normalisedBy: 'duration' };
    }
    if (was.samples > 0 && is.samples > 0) {
      return { scale: is.samples / was.samples, normalisedBy: 'samples' };
    }
  }
  return { scale: 1, normalisedBy: 'nothing' };
}
