/*
 * How much is run of what could be run without end or takes long: cells of a
 * matrix, repetitions, storms. This is the one place that says it.
 *
 * OX_TEST_COUNTS_LEVEL is `ci` (the default: each run takes another part) or
 * `all` (for releases).
 */

export interface Counts {
  /** Programs that take random steps, of each way to end. */
  readonly lifeCyclesOfEachEnding: number;
  /** Workers of a storm: as many of each of the ten ways in which they end. */
  readonly stormWorkers: number;
  /** Orders of the steps of two profilers in one process, of each pair of them. */
  readonly interleavings: number;
  /** Whether each wait is tried with each length and interval, or a few programs
   * that are soon known well. */
  readonly allWaits: boolean;
}

const levels = {
  ci: { lifeCyclesOfEachEnding: 1, stormWorkers: 120, interleavings: 5, allWaits: false },
  all: { lifeCyclesOfEachEnding: 3, stormWorkers: 500, interleavings: Infinity, allWaits: true },
} satisfies Record<string, Counts>;

function countsOf(level: string): Counts {
  if (Object.hasOwn(levels, level)) return levels[level as keyof typeof levels];
  const known = Object.keys(levels).join(' or ');
  throw new RangeError(`Expected ${known} for OX_TEST_COUNTS_LEVEL but received ${level}`);
}

/** Of the level that the environment names. */
export const counts: Counts = countsOf(process.env.OX_TEST_COUNTS_LEVEL ?? 'ci');

const NEWEST_MAJOR = 26;

/** Whether truth that takes long is looked for with this Node.js: at level `all`, and on
 * the newest. */
export const runsLongTruth =
  counts.allWaits || Number(process.versions.node.split('.')[0]) >= NEWEST_MAJOR;

/**
 * `most` of `cells`, evenly spread. Which they are turns with the seed: seeds
 * that follow each other take cells that do.
 */
export function spread<T>(cells: readonly T[], most: number, seed: number): T[] {
  if (most >= cells.length) return [...cells];
  const taken = Array.from(
    { length: most },
    (_, i) => (seed + Math.floor((i * cells.length) / most)) % cells.length,
  );
  return taken.sort((a, b) => a - b).map((at) => cells[at] as T);
}
