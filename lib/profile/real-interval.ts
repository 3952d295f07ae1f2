/** How far apart samples really were, in milliseconds. */
export interface RealInterval {
  /** Number of intervals measured. */
  readonly count: number;
  readonly mean: number;
  readonly stdev: number;
}
