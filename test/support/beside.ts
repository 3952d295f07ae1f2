import assert from 'node:assert/strict';

import { runWorkload } from './children';
import { testOrders } from './orders';

interface Seen {
  samples: { paused: number; stillPaused: number; end: number };
  ours: boolean;
  theirs: boolean;
}

/** Tests that this profiler and `other`, which test/workloads/beside.js knows,
 * count in one process, in whatever order they are started and stopped. */
export function testBeside(other: string): void {
  testOrders(['launch', 'pause', 'unpause', 'cancel'], ['start', 'stop'], (steps) => {
    it(`both count, in the order ${steps.join(', ')}`, async () => {
      const seen = await runWorkload<Seen>('beside', { other, steps });
      const { samples, ours, theirs } = seen;
      const all = JSON.stringify(seen);
      assert.ok(ours, `we did not see the program at work: ${all}`);
      assert.ok(theirs, `the other did not see the program at work: ${all}`);
      assert.ok(samples.paused >= 10, all);
      assert.equal(samples.stillPaused, samples.paused, all);
      assert.ok(samples.end >= samples.paused + 10, all);
    });
  });
}
