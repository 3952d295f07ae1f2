import assert from 'node:assert/strict';
import { join } from 'node:path';

import { root, runNode } from '../support/children';
import { endings, lifeCycle, type Ending } from '../support/life-cycles';

/** Of each ending; they run at once. */
const CYCLES = Number(process.env.OX_LIFE_CYCLES ?? 2);
const SEED = Number(process.env.OX_LIFE_SEED ?? Date.now() % 1_000_000_000);
const CHILDREN_AT_ONCE = 2;
const SECONDS_A_CHILD = 90;

/** JSON has no Infinity. */
const withInfinity = (_key: string, value: unknown): unknown =>
  value === Infinity ? 'Infinity' : value;

async function live(seed: number, { how, code, signal, stderr }: Ending): Promise<void> {
  const cycle = lifeCycle(seed);
  const program = join(root, 'test', 'workloads', 'life-cycle.js');
  const ended = await runNode([program, JSON.stringify({ ...cycle, how }, withInfinity)]);
  const again = `repeat it with OX_LIFE_SEED=${seed} OX_LIFE_CYCLES=1\n${ended.stderr}`;
  assert.deepEqual([ended.code, ended.signal], [code, signal], again);
  assert.equal(ended.stdout, 'done\n', again);
  if (stderr === undefined) assert.equal(ended.stderr, '', again);
  else assert.match(ended.stderr, stderr, again);
}

describe('a program that takes steps in any order', () => {
  for (const ending of endings) {
    it(`comes to what is promised, and ${ending.how}`, async function () {
      if (process.platform === 'win32' && ending.how.includes('SIGTERM')) this.skip();
      this.timeout(SECONDS_A_CHILD * 1000 * CYCLES);
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < CYCLES) await live(SEED + next++, ending);
      };
      await Promise.all(Array.from({ length: CHILDREN_AT_ONCE }, lane));
    });
  }
});
