import assert from 'node:assert/strict';

import { SimpleLauncher } from 'ox-profile';
import { burnUntil } from '../support/burn';

describe('SamplingTracker.stats()', () => {
  it('is null before the first sample, then tells the real interval', () => {
    const launcher = new SimpleLauncher({ intervalMillis: 2, jitter: 0, maxOverhead: Infinity });
    try {
      assert.equal(launcher.tracker.stats(), null);
      launcher.start();
      launcher.unpause();
      burnUntil(() => (launcher.tracker.stats()?.count ?? 0) >= 100);
      const stats = launcher.tracker.stats();
      assert.ok(stats !== null);
      assert.ok(stats.mean > 1.7, String(stats.mean));
      assert.ok(stats.stdev >= 0);
    } finally {
      launcher.cancel();
    }
  });
});
