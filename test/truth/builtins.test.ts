import assert from 'node:assert/strict';

import { startAll } from '../support/at-once';
import { runsLongTruth } from '../support/counts';
import { QUIET_COLLECTOR, runWorkload } from '../support/children';
import {
  assertPartOfSamples,
  assertShares,
  type MeasuredShares,
  type PartOfSamples,
} from '../support/shares';

const major = Number(process.versions.node.split('.')[0]);

/** Every function is interpreted, and no other compiler is there to hide a fault. */
const INTERPRETER = ['--no-opt', '--no-sparkplug', ...(major >= 22 ? ['--no-maglev'] : [])];

interface OfFunctions {
  shares: MeasuredShares;
  ofCaller: number;
  samples: { taken: number; inBuiltins: number; corrected: number };
}

/** Each has 5.6 % of the time. */
const MOST_BOUND = 0.02;

/**
 * `mostOfCaller`: the part of the samples that the caller of all functions may have of its
 * own. It asks for the time (measured: 0.5 %, and 3.3 % interpreted). Where V8 skips
 * functions it has theirs: 6 % with compiled code, and up to half of all interpreted.
 */
const ways = [
  { how: 'compiled', flags: [], mostOfCaller: 0.03 },
  { how: 'interpreted', flags: INTERPRETER, mostOfCaller: 0.08 },
];

describe('time in builtins of V8', () => {
  // Each has a core: what others do to it is known by its CPU time.
  let answers: Map<(typeof ways)[number], Promise<OfFunctions>>;
  before(function () {
    // Samples are taken without a signal there, and are as V8 has them: docs/accuracy.md.
    if (process.platform === 'win32') this.skip();
    answers = startAll(ways, 2, ({ flags }) =>
      runWorkload<OfFunctions>('kinds-of-builtins', {}, [...QUIET_COLLECTOR, ...flags]),
    );
  });

  for (const way of ways) {
    it(`is that of the functions that called them, kind by kind, ${way.how}`, async () => {
      const { shares, ofCaller, samples } = (await answers.get(way))!;
      assertShares(shares, MOST_BOUND);
      assert.ok(ofCaller <= way.mostOfCaller, `${(ofCaller * 100).toFixed(1)} % on the caller`);
      assert.ok(samples.corrected > 0 && samples.corrected <= samples.inBuiltins, JSON.stringify(samples));
      assert.ok(samples.inBuiltins <= samples.taken, JSON.stringify(samples));
    });
  }

  it('is that of the lines that called them', async function () {
    if (!runsLongTruth) this.skip();
    const parts = await runWorkload<Record<string, PartOfSamples>>('lines-of-builtins', {}, QUIET_COLLECTOR);
    for (const [name, part] of Object.entries(parts)) assertPartOfSamples(name, part);
  });
});
