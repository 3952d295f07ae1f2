import { startAll } from '../support/at-once';
import { counts } from '../support/counts';
import { assertWaits, runWaits, type FoundOfWaits, type WaitingProgram } from '../support/waits';

/** Each is known well enough within half a minute. */
const few: WaitingProgram[] = [
  { waitsFor: 'timer', everyMillis: 1000, workMillis: 100, intervalMillis: 10 },
  { waitsFor: 'socket', everyMillis: 400, workMillis: 100, intervalMillis: 10 },
  { waitsFor: 'timer', everyMillis: 1000, workMillis: 8, intervalMillis: 1 },
  { waitsFor: 'file', everyMillis: 400, workMillis: 8, intervalMillis: 1 },
  { waitsFor: 'port', everyMillis: 100, workMillis: 4, intervalMillis: 1 },
  { waitsFor: 'process', everyMillis: 1000, workMillis: 30, intervalMillis: 1 },
];

function* all(): Generator<WaitingProgram> {
  for (const waitsFor of ['timer', 'file', 'socket', 'port', 'process'] as const) {
    for (const everyMillis of [100, 400, 1000, 5000]) {
      for (const workMillis of [1, 4, 8, 30, 100]) {
        if (workMillis > everyMillis / 2) continue;
        for (const intervalMillis of [10, 1]) {
          yield { waitsFor, everyMillis, workMillis, intervalMillis };
        }
      }
    }
  }
}

/** A file that is slow is a pipe with a name, which Windows has not got. */
const programs = (counts.allWaits ? [...all()] : few).filter(
  ({ waitsFor }) => waitsFor !== 'file' || process.platform !== 'win32',
);

/** For the rarest samples: those of 8 ms of work a second, at 10 ms. */
const PATIENCE_SECONDS = counts.allWaits ? 300 : 90;

/** They wait for most of the time, so some can do so at once. */
const AT_ONCE = 6;

describe('a program that mostly waits', function () {
  // Some stand in line.
  this.timeout(Math.ceil(programs.length / AT_ONCE) * (PATIENCE_SECONDS + 90) * 1000);
  let answers: Map<WaitingProgram, Promise<FoundOfWaits[]>>;
  before(() => {
    answers = startAll(programs, AT_ONCE, (program) => runWaits(program, PATIENCE_SECONDS));
  });

  for (const program of programs) {
    const { waitsFor, everyMillis, workMillis, intervalMillis } = program;
    const name = `${String(workMillis)} ms of work each ${String(everyMillis)} ms, at ${String(intervalMillis)} ms`;
    it(`for a ${waitsFor} is right: ${name}`, async () => {
      for (const found of (await answers.get(program))!) assertWaits(program, found);
    });
  }
});
