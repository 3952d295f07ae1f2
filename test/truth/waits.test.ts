import assert from 'node:assert/strict';

import { runWorkload } from '../support/children';
import { counts } from '../support/counts';

interface Answer {
  work: { truth: number; found: number; bound: number; mostBound: number; samples: number };
  program: { most: number; found: number };
  parks: number;
}

const sources = ['timer', 'file', 'socket', 'port', 'process'] as const;

interface Program {
  waitsFor: (typeof sources)[number];
  everyMillis: number;
  workMillis: number;
  intervalMillis: number;
}

/** Each is known well enough within half a minute. */
const few: Program[] = [
  { waitsFor: 'timer', everyMillis: 1000, workMillis: 100, intervalMillis: 10 },
  { waitsFor: 'socket', everyMillis: 400, workMillis: 100, intervalMillis: 10 },
  { waitsFor: 'timer', everyMillis: 1000, workMillis: 8, intervalMillis: 1 },
  { waitsFor: 'file', everyMillis: 400, workMillis: 8, intervalMillis: 1 },
  { waitsFor: 'port', everyMillis: 100, workMillis: 4, intervalMillis: 1 },
  { waitsFor: 'process', everyMillis: 1000, workMillis: 30, intervalMillis: 1 },
];

function* all(): Generator<Program> {
  for (const waitsFor of sources) {
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

const programs = counts.allWaits ? [...all()] : few;

/** For the rarest samples: those of 8 ms of work a second, at 10 ms. */
const PATIENCE_SECONDS = counts.allWaits ? 300 : 90;

/** They wait for most of the time, so some can do so at once. */
const AT_ONCE = 6;

describe('a program that mostly waits', function () {
  // Some stand in line.
  this.timeout(Math.ceil(programs.length / AT_ONCE) * (PATIENCE_SECONDS + 90) * 1000);
  const answers = new Map<Program, Promise<Answer>>();

  before(() => {
    let free: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
    for (const program of programs) {
      const [turn, ...others] = free;
      const answer = turn!.then(() =>
        runWorkload<Answer>(
          'waits',
          { ...program, patienceMillis: PATIENCE_SECONDS * 1000 },
          [],
          PATIENCE_SECONDS + 60,
        ),
      );
      answers.set(program, answer);
      free = [...others, answer.catch(() => undefined)];
    }
    // Each is awaited by its own test.
    for (const answer of answers.values()) answer.catch(() => undefined);
  });

  for (const program of programs) {
    const { waitsFor, everyMillis, workMillis, intervalMillis } = program;
    const name = `${String(workMillis)} ms of work each ${String(everyMillis)} ms, at ${String(intervalMillis)} ms`;
    it(`for a ${waitsFor} is right: ${name}`, async () => {
      const answer = (await answers.get(program))!;
      const { work, program: rest } = answer;
      const account = JSON.stringify(answer);
      assert.ok(work.bound <= work.mostBound, `too few samples: ${account}`);
      assert.ok(Math.abs(work.found - work.truth) <= work.bound, account);
      assert.ok(rest.found <= rest.most + work.bound, account);
      // Or it would not be about waking.
      if (everyMillis >= 400) assert.ok(answer.parks > 0, account);
    });
  }
});
