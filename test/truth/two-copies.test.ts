import { runWorkload } from '../support/children';
import { PackageCopy } from '../support/package-copy';
import { assertShares, type MeasuredShares } from '../support/shares';

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
      shares.forEach(assertShares);
    });
  }
});
