import { startAll } from '../support/at-once';
import { runWorkload } from '../support/children';
import { assertPartOfSamples, type PartOfSamples } from '../support/shares';

const waits = ['atomics', 'execSync', 'readFileSync'] as const;

type Answer = Record<'wall' | 'cpu', PartOfSamples>;

/** Of a share near one half, of as many samples. */
const MOST_BOUND_OF_WALL = 0.07;

describe('CPU time', () => {
  // Each waits half of the time.
  let answers: Map<(typeof waits)[number], Promise<Answer>>;
  before(() => {
    answers = startAll(waits, 3, (waitsIn) => runWorkload<Answer>('cpu-and-waits', { waitsIn }));
  });

  for (const waitsIn of waits) {
    it(`is not of what waits in ${waitsIn}, and the time on the clock is`, async () => {
      const { wall, cpu } = (await answers.get(waitsIn))!;
      assertPartOfSamples('wall', wall, MOST_BOUND_OF_WALL);
      assertPartOfSamples('cpu', cpu);
    });
  }
});
