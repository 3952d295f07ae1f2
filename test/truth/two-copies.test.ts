import { runsLongTruth } from '../support/counts';
import { runWorkload } from '../support/children';
import { PackageCopy } from '../support/package-copy';
import { assertShares, type MeasuredShares } from '../support/shares';
import { assertWaits, runWaits } from '../support/waits';

describe('two copies of the package in one process', () => {
  for (const intervalsMillis of [
    [1, 1],
    [1, 5],
  ]) {
    it(`find the same shares, at intervals of ${intervalsMillis.join(' and ')} ms`, async () => {
      using copy = new PackageCopy('copied');
      const { shares } = await runWorkload<{ shares: MeasuredShares[] }>('copies', {
        folders: ['ox-profile', copy.folder],
        intervalsMillis,
      });
      for (const each of shares) assertShares(each);
    });
  }

  it('find the same of a program that mostly waits', async function () {
    if (!runsLongTruth) this.skip();
    using copy = new PackageCopy('copied');
    const program = { waitsFor: 'timer', everyMillis: 500, workMillis: 30, intervalMillis: 1 } as const;
    for (const found of await runWaits(program, 90, ['ox-profile', copy.folder])) {
      assertWaits(program, found);
    }
  });
});
