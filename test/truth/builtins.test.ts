import assert from 'node:assert/strict';

import { runWorkload } from '../support/children';
import {
  assertPartOfSamples,
  assertShares,
  type MeasuredShares,
  type PartOfSamples,
} from '../support/shares';

/** The collector has little to do, and does it on the thread whose time is measured. */
const QUIET_COLLECTOR = ['--single-threaded-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

describe('time in builtins of V8', () => {
  it('is that of the functions that called them, kind by kind', async () => {
    const { shares, samples } = await runWorkload<{
      shares: MeasuredShares;
      samples: { taken: number; inBuiltins: number; corrected: number };
    }>('kinds-of-builtins', {}, QUIET_COLLECTOR);
    assertShares(shares);
    if (process.platform !== 'win32') {
      assert.ok(samples.corrected > 0 && samples.corrected <= samples.inBuiltins, JSON.stringify(samples));
      assert.ok(samples.inBuiltins <= samples.taken, JSON.stringify(samples));
    }
  });

  it('is that of the lines that called them', async () => {
    const parts = await runWorkload<Record<string, PartOfSamples>>('lines-of-builtins', {}, QUIET_COLLECTOR);
    for (const [name, part] of Object.entries(parts)) assertPartOfSamples(name, part);
  });
});
