import { join } from 'node:path';

import { assertEnded, root, runNode } from '../support/children';
import { counts } from '../support/counts';
import { endings, lifeCycle, type Ending } from '../support/life-cycles';
import { numberFrom, seedFrom } from '../support/variables';

/** Of each ending. */
const CYCLES = numberFrom('OX_LIFE_CYCLES', counts.lifeCyclesOfEachEnding);
/** Of the first; those that follow have the numbers that follow. */
const SEED = seedFrom('OX_LIFE_SEED');
const CHILDREN_AT_ONCE = 2;
/** More than `runNode` leaves a child, so that it is told how a child hung. */
const SECONDS_A_CHILD = 180;

/** JSON has no Infinity. */
const withInfinity = (_key: string, value: unknown): unknown =>
  value === Infinity ? 'Infinity' : value;

async function live(seed: number, { how, code, signal, stderr = /^$/ }: Ending): Promise<void> {
  const cycle = lifeCycle(seed);
  const program = join(root, 'test', 'workloads', 'life-cycle.js');
  const ended = await runNode([program, JSON.stringify({ ...cycle, how }, withInfinity)]);
  try {
    assertEnded(ended, { code, signal, stdout: /^done\n$/, stderr });
  } catch (error) {
    const again = `OX_LIFE_SEED=${seed} OX_LIFE_CYCLES=1`;
    throw new Error(`with ${again}: ${(error as Error).message}`, { cause: error });
  }
}

describe('a program that takes steps in any order', () => {
  before(() => {
    console.log(`    OX_LIFE_SEED=${SEED} OX_LIFE_CYCLES=${CYCLES}`);
  });

  for (const ending of endings) {
    it(`comes to what is promised, and ${ending.how}`, async function () {
      if (process.platform === 'win32' && ending.how.includes('SIGTERM')) this.skip();
      this.timeout(SECONDS_A_CHILD * 1000 * Math.ceil(CYCLES / CHILDREN_AT_ONCE));
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < CYCLES) await live(SEED + next++, ending);
      };
      await Promise.all(Array.from({ length: CHILDREN_AT_ONCE }, lane));
    });
  }
});
