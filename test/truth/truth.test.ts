import assert from 'node:assert/strict';

import { runWorkload } from '../support/children';

/** Shares by name, each a part of 1. */
type Shares = Record<string, number>;

interface Answer {
  truth: Shares;
  found: Shares;
}

/** Three points: about twice the noise of a thousand samples. */
const TOLERANCE = 0.03;

/**
 * Where other programs have the cores, a thread gets its turns by chance, and so do
 * its samples: a share is then a few points off now and then. What counts wrongly is
 * off each time.
 */
const RETRIES = 3;

function assertShares({ truth, found }: Answer): void {
  for (const [name, share] of Object.entries(truth)) {
    const distance = Math.abs((found[name] ?? 0) - share);
    assert.ok(
      distance <= TOLERANCE,
      `${name}: ${String(found[name])} found where ${String(share)} is true`,
    );
  }
}

describe('shares of time', function () {
  this.retries(RETRIES);

  it('are two to one for functions that burn two to one', async () => {
    assertShares(await runWorkload('two-to-one'));
    assertShares(await runWorkload('two-to-one', { intervalMillis: 10, rounds: 200 }));
  });

  it('are right for functions that wait in builtins and native code', async () => {
    assertShares(await runWorkload('builtins'));
  });

  it('count a function 200 deep in itself once', async () => {
    const answer = await runWorkload<
      Answer & { depth: number; samples: number; dive: { hits: number } }
    >('recursion');
    assert.equal(answer.depth, 200);
    assert.ok(answer.dive.hits <= answer.samples);
    assertShares(answer);
  });

  it('are right for the garbage collector', async () => {
    // Node's observer times pauses. Steps of marking between them are the
    // collector's too, and the profiler has them: here there are none.
    const { truth, found } = await runWorkload<{ truth: number; found: number }>('garbage', {}, [
      '--no-incremental-marking',
    ]);
    assertShares({ truth: { gc: truth }, found: { gc: found } });
  });
});

describe('shares of time of code that is hot already', function () {
  this.retries(RETRIES);

  for (const hotBefore of ['unpause', 'require']) {
    it(`are right when it was hot for two seconds before ${hotBefore}`, async () => {
      const answer = await runWorkload<Answer & { notes: string[] }>('hot-before', { hotBefore });
      assertShares(answer);
      assert.deepEqual(answer.notes, []);
    });
  }
});

interface Bursts {
  truth: number;
  found: number;
  utilization: number;
  elapsedMillis: number;
  result: { durationMillis: number; idleMillis: number };
}

describe('a mostly idle program with bursts from a timer', function () {
  this.retries(RETRIES);

  it('shows the bursts, and leaves event-loop utilisation as it was', async () => {
    const alone = await runWorkload<Bursts>('bursts', { millis: 5000 });
    // What the loop does beside the bursts is the same with and without us.
    const besideAlone = alone.utilization - alone.truth;
    for (const [intervalMillis, tolerance] of [
      [10, 0.01],
      [1, 0.005],
    ] as const) {
      const { truth, found, utilization, elapsedMillis, result } = await runWorkload<Bursts>(
        'bursts',
        { intervalMillis },
      );
      const at = `at ${String(intervalMillis)} ms`;
      assert.ok(
        Math.abs(found - truth) <= tolerance,
        `${at}: ${String(found)} found where ${String(truth)} is true`,
      );
      const moved = utilization - truth - besideAlone;
      assert.ok(Math.abs(moved) <= 0.01, `${at}: utilization moved by ${String(moved)}`);
      assert.ok(
        Math.abs(result.durationMillis / elapsedMillis - 1) <= 0.01,
        `${at}: ${String(result.durationMillis)} ms profiled of ${String(elapsedMillis)}`,
      );
    }
  }).timeout(120_000);
});
