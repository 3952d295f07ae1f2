import { runWorkload } from '../support/children';
import { assertPartOfSamples, type PartOfSamples } from '../support/shares';

describe('CPU time', () => {
  for (const waitsIn of ['atomics', 'execSync', 'readFileSync']) {
    it(`is not of what waits in ${waitsIn}, and the time on the clock is`, async () => {
      const { wall, cpu } = await runWorkload<Record<'wall' | 'cpu', PartOfSamples>>('cpu-and-waits', {
        waitsIn,
      });
      assertPartOfSamples('wall', wall, MOST_BOUND_OF_WALL);
      assertPartOfSamples('cpu', cpu);
    });
  }
});

/** Of a share near one half, of as many samples. */
const MOST_BOUND_OF_WALL = 0.07;
