import assert from 'node:assert/strict';
import { join } from 'node:path';

import { jsonOf, root, runNode } from '../support/children';
import { counts } from '../support/counts';

interface Measured {
  /** Resident, but for the room in this thread's heap. */
  megabytes: number;
  nodes: number;
  frames: number;
  joined: number;
  endedApart: number;
  alive: number;
}

interface Work {
  /** As the worker timed it. */
  millis: number;
  /** Hits of it that were seen while the worker lived. */
  sampledAlive: number;
  /** What was found of it when the worker had just ended. */
  hits: number;
  wallMillis: number;
  /** And how long the collector and the profiler had the worker's thread, at work or not. */
  otherMillis: number;
  /** Whether the worker is one of the earlier threads in the end. */
  isEarlier: boolean;
}

interface Storm {
  /** Before the storm and after each part of it. */
  measured: Measured[];
  systemThreads: { before: number; after: number };
  exits: Record<string, number>;
  works: Work[];
  found: { hits: number; wallMillis: number };
  foundOfEarlier: { hits: number; wallMillis: number };
  parks: number;
}

const WORKERS = counts.stormWorkers;
/** Far beyond what the storm takes, also under a sanitizer. */
const DEADLINE_SECONDS = 60 + 3 * WORKERS;
const MAX_NODES = 20_000;
const SAMPLES_OF_EACH = 20;

/** What one thread holds of V8's profiler alone, measured at 250 threads. */
const MEGABYTES_OF_A_PROFILER = 0.52;

/** As native/count_table.cc has it. */
const MOST_ENDED_THREADS = 64;

/**
 * Beyond so many standard errors a mean of some 36 values is off once in a
 * million (Student's t).
 */
const MOST_ERRORS = 6;

/** The ways in which a worker must end; it joins before it runs any code. */
const ways = [
  ...['works: 0', 'exits: 3', 'throws: 1', 'is terminated at work: 1'],
  ...['is terminated in a drain: 1', 'is terminated while asked: 1'],
  ...['is terminated in its exit listener: 1', 'is terminated while parked: 1'],
];
/** Ways of which Node says how they end: before the code of the worker runs. */
const earlyWays = ['is terminated at once', 'is terminated when online'];
const OF_EACH_WAY = WORKERS / (ways.length + earlyWays.length);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Theil and Sen: the median of the slopes of all pairs, which no peak bends. */
function megabytesAWorker(measured: readonly Measured[]): number {
  return median(
    measured.flatMap((from, i) =>
      measured
        .slice(i + 1)
        .map((to) => (to.megabytes - from.megabytes) / (to.joined - from.joined)),
    ),
  );
}

type Figure = 'millis' | 'hits' | 'wallMillis' | 'otherMillis';

function sumOf(works: readonly Work[], name: Figure): number {
  return works.reduce((sum, work) => sum + work[name], 0);
}

/** What was found of the workers' time, as a share of it, and how far it may be off. */
function shareOfWork(
  works: readonly Work[],
  foundOf: (work: Work) => number,
): { share: number; bound: number } {
  const millis = sumOf(works, 'millis');
  const share = works.reduce((sum, work) => sum + foundOf(work), 0) / millis;
  // How far apart the workers are tells how far off their sum may be.
  const squares = works.reduce((sum, work) => sum + (foundOf(work) - share * work.millis) ** 2, 0);
  const error = Math.sqrt((squares * works.length) / (works.length - 1)) / millis;
  // One more sample at either end of each one's work is not its own.
  const ends = (2 * works.length) / sumOf(works, 'hits');
  return { share, bound: MOST_ERRORS * error + ends };
}

describe('a storm of workers', () => {
  let storm: Storm;
  let atLast: Measured;

  before(async function () {
    this.timeout((DEADLINE_SECONDS + 30) * 1000);
    console.log(`    ${WORKERS} workers`);
    const ended = await runNode(
      [
        '--expose-gc',
        join(root, 'test', 'workloads', 'worker-storm.js'),
        JSON.stringify({ workers: WORKERS, maxNodes: MAX_NODES, samplesOfEach: SAMPLES_OF_EACH }),
      ],
      {
        // Else each thread leaves an arena of glibc's that others fill by and by.
        MALLOC_ARENA_MAX: '1',
      },
      DEADLINE_SECONDS,
    );
    storm = jsonOf(ended) as Storm;
    assert.equal(ended.stderr, '');
    atLast = storm.measured.at(-1)!;
  });

  it('ends each worker as it would without a profiler', () => {
    const expected = Object.fromEntries(ways.map((way) => [way, OF_EACH_WAY]));
    const late = Object.entries(storm.exits).filter(
      ([way]) => !earlyWays.some((early) => way.startsWith(early)),
    );
    assert.deepEqual(Object.fromEntries(late), expected);
    assert.equal(Object.values(storm.exits).reduce((sum, count) => sum + count, 0), WORKERS);
  });

  it('leaves no threads behind, and bounds what is kept of those that ended', () => {
    const all = JSON.stringify(storm.measured);
    for (const { joined, endedApart, alive } of storm.measured) {
      // This thread is one of the joined.
      assert.equal(endedApart, Math.min(joined - 1, MOST_ENDED_THREADS), all);
      assert.equal(alive, 1, all);
    }
    const { systemThreads } = storm;
    assert.ok(systemThreads.after <= systemThreads.before, JSON.stringify(systemThreads));
    assert.ok(atLast.joined > ways.length * OF_EACH_WAY, all);
    assert.equal(atLast.endedApart, MOST_ENDED_THREADS, all);
  });

  it('keeps no more nodes and frames than it may', () => {
    assert.ok(atLast.nodes <= MAX_NODES && atLast.frames <= MAX_NODES, JSON.stringify(atLast));
  });

  it('does not grow', function () {
    // A sanitizer keeps what was freed, and gives it back when it likes. Leaks are
    // found by AddressSanitizer itself. Both set this variable (scripts/sanitize.mjs).
    if (process.env.ASAN_OPTIONS !== undefined) this.skip();
    const half = storm.measured.slice(storm.measured.length >> 1);
    const slope = megabytesAWorker(half);
    assert.ok(
      slope < MEGABYTES_OF_A_PROFILER / 2,
      `it grew by ${slope.toFixed(3)} MB with each worker: ${JSON.stringify(storm.measured)}`,
    );
  });

  it('keeps all samples of its workers, also of those that ended first', () => {
    const { works, found, foundOfEarlier } = storm;
    assert.equal(works.length, 3 * OF_EACH_WAY);
    for (const work of works) {
      assert.ok(work.sampledAlive >= SAMPLES_OF_EACH, JSON.stringify(work));
      assert.ok(work.hits >= work.sampledAlive, JSON.stringify(work));
    }
    const earlier = works.filter(({ isEarlier }) => isEarlier);
    assert.ok(earlier.length > 0);
    for (const [whole, parts] of [
      [found, works],
      [foundOfEarlier, earlier],
    ] as const) {
      assert.equal(whole.hits, sumOf(parts, 'hits'));
      // They are whole nanoseconds, and added in another order here.
      const off = Math.abs(whole.wallMillis - sumOf(parts, 'wallMillis'));
      assert.ok(off < 1e-6, `${whole.wallMillis} ms, off by ${off}`);
    }
  });

  it('finds as long as they worked', () => {
    const { works } = storm;
    const least = shareOfWork(works, ({ wallMillis }) => wallMillis);
    // The collector and the profiler come while they work, and have a time of their own.
    const most = shareOfWork(works, ({ wallMillis, otherMillis }) => wallMillis + otherMillis);
    assert.ok(
      least.share <= 1 + least.bound && most.share >= 1 - most.bound,
      `expected the work to be at least ${least.share.toFixed(3)} ± ${least.bound.toFixed(3)} and ` +
        `at most ${most.share.toFixed(3)} ± ${most.bound.toFixed(3)}: ${JSON.stringify(works)}`,
    );
  });

  it('has parked threads too', () => {
    assert.ok(storm.parks > 0);
  });
});
