import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

import { runWorkloadOnCore } from '../support/children';
import { assertPartOfSamples, type PartOfSamples } from '../support/shares';

/** Whether this system can keep a program on one core. */
const canPin = process.platform === 'linux' && spawnSync('taskset', ['--version']).error === undefined;

interface WithSlices {
  readonly shortSlices: boolean;
}

describe('short work on one core', () => {
  before(function () {
    if (!canPin) this.skip();
  });

  it('is seen where a timer begins it', async function () {
    const { burst, shortSlices } = await runWorkloadOnCore<{ burst: PartOfSamples } & WithSlices>(0, 'bursts', {
      intervalMillis: 10,
      hits: 100,
    });
    if (!shortSlices) this.skip();
    assertPartOfSamples('burst', burst);
  });

  for (const intervalMillis of [10, 1]) {
    it(`is seen where requests from another core begin it, at ${String(intervalMillis)} ms`, async function () {
      if (availableParallelism() < 2) this.skip();
      const { handled, samples } = await runWorkloadOnCore<{
        handled: Record<'slow' | 'fast', PartOfSamples>;
        samples: WithSlices;
      }>(0, 'requests', { intervalMillis, enoughHits: 150, clientCores: '1' });
      if (!samples.shortSlices) this.skip();
      for (const [name, share] of Object.entries(handled)) assertPartOfSamples(name, share);
      assert.ok(handled.slow.found > handled.fast.found, JSON.stringify(handled));
    });
  }
});
