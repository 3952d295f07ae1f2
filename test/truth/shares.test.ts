import assert from 'node:assert/strict';

import { QUIET_COLLECTOR, runWorkload } from '../support/children';
import { assertShares, type MeasuredShares } from '../support/shares';

interface Answer {
  shares: MeasuredShares;
}

/** Of a call of gc(): V8 enters the collector's state a little later, and leaves it
 * sooner. Measured: 0.98, and 0.93 beside other programs. */
const LEAST_IN_COLLECTOR = 0.85;

async function assertTrue(workload: string, options?: object, nodeArgs?: readonly string[]): Promise<void> {
  const { shares } = await runWorkload<Answer>(workload, { ...options }, nodeArgs);
  assertShares(shares);
}

describe('shares of time', () => {
  for (const intervalMillis of [1, 5]) {
    it(`are two to one for functions that burn two to one, at ${intervalMillis} ms`, async () => {
      await assertTrue('two-to-one', { intervalMillis });
    });
  }

  it('are right for functions that wait in builtins and native code', async () => {
    await assertTrue('builtins', {}, QUIET_COLLECTOR);
  });

  it('count a function 200 deep in itself once', async () => {
    const { depth, samples, hits, shares } = await runWorkload<
      Answer & { depth: number; samples: number; hits: Record<'dive' | 'deeper', number> }
    >('recursion');
    assert.equal(depth, 200);
    assert.ok(hits.dive <= samples && hits.deeper <= hits.dive, JSON.stringify(hits));
    assertShares(shares);
  });

  it('are right for the garbage collector', async () => {
    const { shares, collectorMillis, callMillis } = await runWorkload<
      Answer & { collectorMillis: number; callMillis: number }
    >('garbage', {}, ['--expose-gc', '--single-threaded-gc']);
    assertShares(shares);
    assert.ok(
      collectorMillis > LEAST_IN_COLLECTOR * (collectorMillis + callMillis),
      `${String(collectorMillis)} ms in the collector, ${String(callMillis)} ms beside it`,
    );
  });
});
