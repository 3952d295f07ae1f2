import assert from 'node:assert/strict';

import { runWorkload } from '../support/children';
import { PackageCopy } from '../support/package-copy';

/** Three points, as in truth.test.ts. */
const TOLERANCE = 0.03;

describe('two copies of the package in one process', () => {
  it('find the same shares, each at its interval', async () => {
    using copy = new PackageCopy('copied');
    for (const intervalsMillis of [
      [1, 1],
      [1, 5],
    ]) {
      const { truth, found } = await runWorkload<{
        truth: Record<string, number>;
        found: Record<string, number>[];
      }>('copies', { folders: ['ox-profile', copy.folder], intervalsMillis, rounds: 200 });
      for (const shares of found) {
        for (const [name, share] of Object.entries(truth)) {
          assert.ok(
            Math.abs(shares[name]! - share) <= TOLERANCE,
            `${name}: ${String(shares[name])} found where ${String(share)} is true`,
          );
        }
      }
    }
  });
});
