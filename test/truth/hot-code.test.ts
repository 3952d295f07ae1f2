import assert from 'node:assert/strict';

import { startAll } from '../support/at-once';
import { runWorkload } from '../support/children';
import { assertShares, type MeasuredShares } from '../support/shares';

interface Answer {
  shares: MeasuredShares;
  hits: number;
  samples: number;
  notes: string[];
}

/** The rest is (program), the collector's and the workload's own: seldom one in a
 * hundred. With the fault that this is about, nearly all of it is a caller's. */
const LEAST_KNOWN = 0.9;

const times = ['unpause', 'require', 'cancel'] as const;

describe('shares of time of code that is hot already', () => {
  // Each has a core: what others do to it is known by its CPU time.
  let answers: Map<(typeof times)[number], Promise<Answer>>;
  before(() => {
    answers = startAll(times, 2, (hotBefore) => runWorkload<Answer>('hot-before', { hotBefore }));
  });

  for (const hotBefore of times) {
    it(`are right when it was hot for two seconds before ${hotBefore}`, async () => {
      const { shares, hits, samples, notes } = (await answers.get(hotBefore))!;
      assertShares(shares);
      assert.ok(hits >= LEAST_KNOWN * samples, `${String(hits)} of ${String(samples)} samples`);
      assert.deepEqual(notes, []);
    });
  }
});
