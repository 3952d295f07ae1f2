import assert from 'node:assert/strict';

import type { ProfilerStats } from 'ox-profile';
import { answerOfWork } from '../support/children';

function answerOf<T>(source: string): Promise<T> {
  return answerOfWork(`
    const { SimpleLauncher } = require('ox-profile');
    const patience = performance.now() + 60_000;
    const patient = () => performance.now() < patience;
    ${source}`);
}

type Stats = Pick<ProfilerStats, 'overhead' | 'interval'>;

describe('maxOverhead', () => {
  it('settles below the budget at a tenth of a millisecond with deep stacks, and says so', async () => {
    const { stats, calm, notes } = await answerOf<{ stats: Stats; calm: number; notes: string[] }>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 0.1, maxOverhead: 0.02 });
      function deep(n) { if (n > 0) return deep(n - 1) + 1; burn(50); return 0; }
      let stats;
      let calm = 0;
      // Until it is longer, and below the budget as it was looked at twice in a row.
      while (calm < 2 && patient()) {
        deep(230);
        await sleep(0);
        const last = stats?.overhead.share;
        stats = launcher.stats();
        const { overhead: { share, budget }, interval } = stats;
        if (share === last) continue;
        calm = share <= budget && interval.currentMillis > interval.askedMillis ? calm + 1 : 0;
      }
      answer({ stats, calm, notes: launcher.query().notes });
      launcher.cancel();`);
    assert.equal(calm, 2, JSON.stringify(stats.overhead));
    assert.equal(stats.interval.askedMillis, 0.1);
    assert.ok(notes.some((note) => note.includes('lengthened from 0.1')), String(notes));
  });

  it('shortens the interval again when there is room, never beyond what was asked', async () => {
    const [lengthened, shortened, asked] = await answerOf<[number, number, number]>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 0.1, maxOverhead: 0.03 });
      const current = () => launcher.stats().interval.currentMillis;
      while (current() === 0.1 && patient()) { burn(45); await sleep(0); }
      let lengthened = current();
      // Nothing to do: the thread is parked most of the time.
      while (current() >= lengthened && patient()) {
        lengthened = current();
        await sleep(500);
      }
      answer([lengthened, current(), 0.1]);
      launcher.cancel();`);
    assert.ok(lengthened > asked, String(lengthened));
    assert.ok(shortened < lengthened && shortened >= asked, String(shortened));
  });

  it('leaves the interval alone when there is no limit', async () => {
    const { currentMillis, shares } = await answerOf<{ currentMillis: number; shares: number[] }>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 0.2, maxOverhead: Infinity });
      // What it costs was looked at so often, which with a limit lengthens the interval.
      const shares = new Set();
      while (shares.size < 3 && patient()) {
        burn(50);
        await sleep(0);
        const { share } = launcher.stats().overhead;
        if (share > 0) shares.add(share);
      }
      answer({ currentMillis: launcher.stats().interval.currentMillis, shares: [...shares] });
      launcher.cancel();`);
    assert.equal(shares.length, 3, String(shares));
    assert.equal(currentMillis, 0.2);
  });
});
