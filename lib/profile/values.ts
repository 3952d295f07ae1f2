/** What a number of a profile counts. */
export type ValueName = 'samples' | 'wall' | 'cpu';

/** A kind of value and its unit, as pprof names them. */
export interface ValueType {
  readonly name: ValueName;
  readonly unit: 'count' | 'nanoseconds';
}

/** All there are, in the order in which they are written. */
export const valueTypes: readonly ValueType[] = Object.freeze([
  Object.freeze({ name: 'samples', unit: 'count' } as const),
  Object.freeze({ name: 'wall', unit: 'nanoseconds' } as const),
  Object.freeze({ name: 'cpu', unit: 'nanoseconds' } as const),
]);
