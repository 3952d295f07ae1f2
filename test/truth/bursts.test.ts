import assert from 'node:assert/strict';

import { startAll } from '../support/at-once';
import { runWorkload } from '../support/children';
import { sharesModule } from '../support/shares';

interface Answer {
  burst: { truth: number; found: number; bound: number; samples: number };
  utilization: { difference: number; bound: number };
  shortSlices: boolean;
  durationMillis: number;
  least: number;
  most: number;
}

/**
 * The part of the bursts that may be missed where other programs have the cores and
 * V8's sampling thread gets its turn late, when a short burst is over (measured: 2.5 %
 * found of 3.8). With the signal not held back it is nine tenths.
 */
const MISSED_WITHOUT_SHORT_SLICES = 0.7;

/** What a launcher may add: our callbacks in each turn, a drain now and then. */
const RESOLUTION = 0.01;

/** So many hits that a fault of half the bursts' time is seen. */
const programs = [
  { intervalMillis: 10, hits: 100 },
  { intervalMillis: 1, hits: 300 },
];

describe('a mostly idle program with bursts from a timer', () => {
  // At the same time: neither takes a core for long.
  let answers: Map<(typeof programs)[number], Promise<Answer>>;
  before(() => {
    answers = startAll(programs, 2, (program) => runWorkload<Answer>('bursts', program));
  });

  for (const program of programs) {
    it(`shows the bursts, and leaves event-loop utilisation as it was, at ${program.intervalMillis} ms`, async () => {
      const answer = (await answers.get(program))!;
      const { burst, utilization, shortSlices, durationMillis, least, most } = answer;
      const account = JSON.stringify(answer);
      assert.ok(burst.bound <= sharesModule.MOST_BOUND, `too few samples: ${account}`);
      assert.ok(burst.found - burst.truth <= burst.bound, account);
      const missed = shortSlices ? 0 : MISSED_WITHOUT_SHORT_SLICES;
      assert.ok(burst.found >= burst.truth * (1 - missed) - burst.bound, account);
      assert.ok(utilization.bound <= sharesModule.MOST_BOUND, `too few batches: ${account}`);
      assert.ok(Math.abs(utilization.difference) <= utilization.bound + RESOLUTION, account);
      // Between what the program's own clock says from inside and from outside.
      assert.ok(durationMillis >= least && durationMillis <= most, account);
    });
  }
});
