import assert from 'node:assert/strict';

import type { ProfilerStats } from 'ox-profile';
import { answerOfWork } from '../support/children';

describe('stats()', () => {
  it('tells costs by part, drains, samples and the size of the table', async () => {
    const { stats, samples, dropped } = await answerOfWork<{
      stats: ProfilerStats;
      samples: number;
      dropped: number;
    }>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity, maxNodes: 100 });
      const stats = () => launcher.stats();
      function tooDeep(n) {
        if (n > 0) return tooDeep(n - 1) + 1;
        return workUntil(() => burn(5), () => stats().samples.truncated > 50 && stats().samples.dropped > 50);
      }
      workUntil(() => burn(5), () => stats().samples.taken > 50);
      tooDeep(400);
      launcher.pause();  // no drain between the two answers
      const { droppedSamples, samples } = launcher.query();
      answer({ stats: stats(), samples, dropped: droppedSamples });
      launcher.cancel();`);
    assert.ok(stats.samples.taken >= samples, JSON.stringify(stats.samples));
    assert.ok(
      stats.samples.truncated > 50 && stats.samples.truncated < samples,
      JSON.stringify(stats.samples),
    );
    assert.equal(stats.samples.dropped, dropped);
    assert.ok(dropped > 50, String(dropped));
    assert.equal(stats.samples.lost, 0);
    assert.ok(stats.drains.count > 0 && stats.drains.worstMillis >= stats.drains.meanMillis);
    assert.ok(stats.table.nodes > 0 && stats.table.nodes <= 100);
    assert.equal(stats.table.maxNodes, 100);
    const { drains, signals, samplingThread } = stats.overhead.millis;
    assert.ok(
      [drains, signals, samplingThread].every((millis) => millis > 0),
      JSON.stringify(stats.overhead),
    );
  });

  it('begins anew with each start()', async () => {
    const [before, after] = await answerOfWork<[number, number]>(`
      const { SimpleLauncher } = require('ox-profile');
      let launcher = SimpleLauncher.launch({ intervalMillis: 1 });
      workUntil(() => burn(5), () => launcher.query().samples > 0);
      const before = launcher.stats().samples.taken;
      launcher.cancel();
      launcher = new SimpleLauncher();
      launcher.start();
      answer([before, launcher.stats().samples.taken]);
      launcher.cancel();`);
    assert.ok(before > 0);
    assert.equal(after, 0);
  });
});
