import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { counts, runsLongTruth } from '../support/counts';
import { runWorkloadOnCore } from '../support/children';
import { assertPartOfSamples, type PartOfSamples } from '../support/shares';

/** Cores that this process may use, where the system can keep a program on some. */
function coresOf(): number[] {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).error !== undefined) return [];
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

const cores = coresOf();

interface WithSlices {
  readonly shortSlices: boolean;
}

describe('short work on one core', () => {
  before(function () {
    if (cores.length === 0 || !runsLongTruth) this.skip();
  });

  it('is seen where a timer begins it', async function () {
    const { burst, shortSlices } = await runWorkloadOnCore<{ burst: PartOfSamples } & WithSlices>(cores[0]!, 'bursts', {
      intervalMillis: 10,
      hits: 100,
    });
    if (!shortSlices) this.skip();
    assertPartOfSamples('burst', burst);
  });

  for (const intervalMillis of counts.allWaits ? [10, 1] : [1]) {
    it(`is seen where requests from another core begin it, at ${String(intervalMillis)} ms`, async function () {
      if (cores.length < 2) this.skip();
      const { handled, samples } = await runWorkloadOnCore<{
        handled: Record<'slow' | 'fast', PartOfSamples>;
        samples: WithSlices;
      }>(cores[0]!, 'requests', { intervalMillis, clientCores: String(cores[1]) });
      if (!samples.shortSlices) this.skip();
      for (const [name, share] of Object.entries(handled)) {
        assertPartOfSamples(name, share, share.truth / 3);
      }
      assert.ok(handled.slow.found > handled.fast.found, JSON.stringify(handled));
    });
  }
});
