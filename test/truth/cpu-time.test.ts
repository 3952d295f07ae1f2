import { startAll } from '../support/at-once';
import { runsLongTruth } from '../support/counts';
import { runWorkload } from '../support/children';
import { assertPartOfSamples, type PartOfSamples } from '../support/shares';

const waits = ['atomics', 'execSync', 'readFileSync'] as const;

/** The wall time where no other program had the cores. */
interface Answer { wall?: PartOfSamples; cpu: PartOfSamples }

/** Of a share near one half, of as many samples. */
const MOST_BOUND_OF_WALL = 0.07;

/** With what the truth is not known by. */
const MOST_BOUND_OF_CPU = 0.04;

describe('CPU time', () => {
  // Each waits half of the time.
  let answers: Map<(typeof waits)[number], Promise<Answer>>;
  before(function () {
    // Samples are taken without a signal there, and are as V8 has them: docs/accuracy.md.
    if (process.platform === 'win32' || !runsLongTruth) this.skip();
    answers = startAll(waits, 3, (waitsIn) => runWorkload<Answer>('cpu-and-waits', { waitsIn }));
  });

  for (const waitsIn of waits) {
    it(`is not of what waits in ${waitsIn}, and the time on the clock is`, async () => {
      const { wall, cpu } = (await answers.get(waitsIn))!;
      if (wall !== undefined) assertPartOfSamples('wall', wall, MOST_BOUND_OF_WALL);
      assertPartOfSamples('cpu', cpu, MOST_BOUND_OF_CPU);
    });
  }
});
