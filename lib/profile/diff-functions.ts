import type { ProfileDiff } from './diff';
import { FrameKind, type Frame } from './frames';
import { columnsOf, functionTotals, type FunctionTotals } from './function-totals';
import type { Profile } from './profile';
import { inPercent, proportion, sharesOf, wholeOf, type Shares, type Whole } from './shares';
import { CONFIDENCE, differenceInterval, holm, twoProportionP, type Interval } from './statistics';
import { countsOf, isEmpty, smallest, type FunctionCounts, type SortOrder } from './top-functions';
import type { ValueName } from './values';

/** What one side counted of a function, as it was counted. */
export interface DiffSide extends FunctionCounts, Shares {}

/** A function before and after. Shares are percent, differences percentage
 * points, after less before. */
export interface DiffRecord extends Frame {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Of total shares. */
  readonly delta: number;
  /** Points between which the true difference lies in 95 % of cases. */
  readonly deltaInterval: Interval;
  /** How likely such a difference is by chance, corrected for the number of
   * functions that are compared. */
  readonly pValue: number;
  /** Whether that is below 5 %. */
  readonly significant: boolean;
  /** The same of self shares. */
  readonly selfDelta: number;
  readonly selfDeltaInterval: Interval;
  readonly selfPValue: number;
  readonly selfSignificant: boolean;
}

export interface Comparison {
  readonly limit: number;
  readonly sort: SortOrder;
  readonly matches: ((frame: Frame) => boolean) | undefined;
  readonly value: ValueName;
}

interface Side {
  readonly totals: FunctionTotals;
  readonly whole: Whole;
  /** Shares from 0 to 1, by frame. */
  readonly total: Float64Array;
  readonly self: Float64Array;
}

/** `ProfileDiff.functions()`. */
export function compareFunctions(
  diff: ProfileDiff,
  { limit, sort, matches, value }: Comparison,
): DiffRecord[] {
  const before = sideOf(diff.before, value);
  const after = sideOf(diff.after, value);
  const { frames } = diff.after;
  const compared = Array.from({ length: frames.length }, (_, index) => index).filter(
    (index) =>
      frames.kind(index) === FrameKind.function &&
      !(isEmpty(before.totals, index) && isEmpty(after.totals, index)) &&
      (matches === undefined || matches(frames.at(index))),
  );
  const chances = {
    total: correctedChances(compared, before, after, 'total'),
    self: correctedChances(compared, before, after, 'self'),
  };
  const size = (place: number, by: SortOrder): number => {
    const index = compared[place] as number;
    return Math.abs((after[by][index] as number) - (before[by][index] as number));
  };
  const other = sort === 'total' ? 'self' : 'total';
  return smallest(
    Array.from(compared.keys()),
    limit,
    (a, b) => size(b, sort) - size(a, sort) || size(b, other) - size(a, other) || a - b,
  ).map((place) => {
    const index = compared[place] as number;
    const total = differenceOf(index, before, after, 'total');
    const self = differenceOf(index, before, after, 'self');
    const pValue = chances.total[place] as number;
    const selfPValue = chances.self[place] as number;
    return {
      ...frames.at(index),
      before: recordOf(before, value, index),
      after: recordOf(after, value, index),
      delta: total.delta,
      deltaInterval: total.interval,
      pValue,
      significant: pValue < 1 - CONFIDENCE,
      selfDelta: self.delta,
      selfDeltaInterval: self.interval,
      selfPValue,
      selfSignificant: selfPValue < 1 - CONFIDENCE,
    };
  });
}

function sideOf(profile: Profile, value: ValueName): Side {
  const totals = functionTotals(profile);
  const whole = wholeOf(profile, value);
  const [total, self] = columnsOf(totals, value);
  return {
    totals,
    whole,
    total: total.map((each) => proportion(each, whole)),
    self: self.map((each) => proportion(each, whole)),
  };
}

function correctedChances(
  compared: readonly number[],
  before: Side,
  after: Side,
  by: SortOrder,
): Float64Array {
  return holm(
    Float64Array.from(compared, (index) =>
      twoProportionP(
        before[by][index] as number,
        before.whole.samples,
        after[by][index] as number,
        after.whole.samples,
      ),
    ),
  );
}

function differenceOf(
  index: number,
  before: Side,
  after: Side,
  by: SortOrder,
): { delta: number; interval: Interval } {
  const was = before[by][index] as number;
  const is = after[by][index] as number;
  return {
    delta: (is - was) * 100,
    interval: inPercent(differenceInterval(was, before.whole.samples, is, after.whole.samples)),
  };
}

function recordOf({ totals, whole }: Side, value: ValueName, index: number): DiffSide {
  const [total, self] = columnsOf(totals, value);
  return {
    ...countsOf(totals, index),
    ...sharesOf(total[index] as number, self[index] as number, whole),
  };
}
