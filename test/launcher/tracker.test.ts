import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import { SimpleLauncher } from 'ox-profile';
import { burnUntil } from '../support/burn';

describe('SamplingTracker.stats()', () => {
  it('is null before the first sample, then tells the real interval', () => {
    const launcher = new SimpleLauncher({ intervalMillis: 2, jitter: 0, maxOverhead: Infinity });
    try {
      assert.equal(launcher.tracker.stats(), null);
      const began = performance.now();
      launcher.start();
      launcher.unpause();
      burnUntil(() => launcher.stats().samples.taken >= 150);
      const stats = launcher.tracker.stats();
      assert.ok(stats !== null && stats.count >= 50, JSON.stringify(stats));
      // V8's sampler is late, never early.
      assert.ok(stats.mean > 1.7, String(stats.mean));
      const elapsed = performance.now() - began;
      assert.ok(stats.mean * stats.count <= elapsed, `${JSON.stringify(stats)} in ${String(elapsed)} ms`);
      assert.ok(stats.stdev >= 0);
    } finally {
      launcher.cancel();
    }
  });
});
