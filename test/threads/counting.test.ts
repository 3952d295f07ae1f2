import assert from 'node:assert/strict';

import { CountingRecorder } from 'ox-profile';
import { burner } from '../support/children';
import { answerOfThreads, workUntilTold } from '../support/workers';

describe('the counts of worker threads', () => {
  it('pause, go on and are forgotten with the launcher', async () => {
    const seen = await answerOfThreads<number[]>(`
      const { observe } = require('ox-profile/observe');
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const worked = new Int32Array(new SharedArrayBuffer(4));
      const worker = new Worker(${JSON.stringify(`${burner}
        const { parentPort, workerData: worked } = require('node:worker_threads');
        setInterval(() => { burn(10); Atomics.add(worked, 0, 1); }, 1);
        parentPort.once('message', () => process.exit());`)}, { eval: true, workerData: worked });
      const of = (name) => launcher.profile().threads.find(({ id }) => id === 1)?.[name] ?? 0;
      const samples = () => launcher.profile({ thread: 1 }).sums.samples;
      await until(() => of('durationNanos') > 0 && samples() > 20);

      const running = samples();
      const pausedAt = performance.now();
      launcher.pause();
      // It carries its counts unasked: nobody asks while the launcher is paused.
      await until(() => { const now = performance.now(); return now - of('ageNanos') / 1e6 > pausedAt; });
      // And does now nothing that it began before: it answers once it has followed.
      const carry = () => observe().profile({ timeoutMillis: 60_000, thread: 1 });
      await carry();
      const paused = (await carry()).sums.samples;
      const before = worked[0];
      await until(() => worked[0] > before + 50);
      const stillPaused = (await carry()).sums.samples;

      launcher.reset();
      const forgotten = (await observe().profile({ timeoutMillis: 60_000 })).sums.samples;

      launcher.unpause();
      await until(() => of('durationNanos') > 0 && samples() > 20);
      const again = samples();
      worker.postMessage('end');
      await once(worker, 'exit');
      answer([running, paused, stillPaused, forgotten, again]);
      launcher.cancel();`);
    const [running = 0, paused = 0, stillPaused = 0, forgotten = -1, again = 0] = seen;
    assert.ok(running > 20, String(seen));
    assert.ok(paused >= running, String(seen));
    assert.equal(stillPaused, paused, String(seen));
    assert.equal(forgotten, 0, String(seen));
    assert.ok(again > 20, String(seen));
  });

  it('are kept when they have ended, those of the earliest together', async () => {
    const seen = await answerOfThreads<{ apart: number; earlier: number; first: number; all: number; sum: number; ids: number[] }>(`
      launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
      const source = ${JSON.stringify(workUntilTold)};
      const ended = () => launcher.profile().threads.filter(({ id, ended }) => ended && id > 0).map(({ id }) => id);
      // Of each thread when it had ended.
      const hitsOf = new Map();
      for (let i = 0; i < 72; i += 4) {
        const four = [0, 1, 2, 3].map(() => new Worker(source, { eval: true }));
        const exits = four.map((worker) => once(worker, 'exit'));
        // The last of those that are kept apart, and the first that are not.
        if (i < 8 || i >= 64) {
          const ids = four.map(({ threadId }) => threadId);
          const known = () => new Set(launcher.profile().threads.map(({ id }) => id));
          await until(() => ids.every((id) => known().has(id) && hits({ thread: id }) > 0));
        }
        for (const worker of four) worker.postMessage('enough');
        await Promise.all(exits);
        for (const id of ended()) if (!hitsOf.has(id)) hitsOf.set(id, hits({ thread: id }));
      }
      const first = [...hitsOf].sort(([a], [b]) => a - b).slice(0, 8);
      answer({
        apart: ended().length,
        earlier: hits({ thread: -1 }),
        first: first.reduce((sum, [, each]) => sum + each, 0),
        all: hits(),
        sum: [...hitsOf.values()].reduce((sum, each) => sum + each, 0),
        ids: [...hitsOf.keys()],
      });
      launcher.cancel();`);
    const account = JSON.stringify(seen);
    assert.equal(seen.apart, 64, account);
    assert.equal(seen.ids.length, 72, account);
    assert.ok(seen.earlier >= 8, account);
    assert.equal(seen.earlier, seen.first, account);
    assert.equal(seen.all, seen.sum, account);
  });
});

describe('the thread option', () => {
  it('refuses threads that were not profiled, and what is no thread', () => {
    const recorder = new CountingRecorder();
    recorder.record('something');
    for (const [thread, code] of [
      [5, 'ERR_PROFILER_UNKNOWN_THREAD'],
      ['none', 'ERR_PROFILER_UNKNOWN_THREAD'],
      [-2, 'ERR_PROFILER_OUT_OF_RANGE'],
      [{}, 'ERR_PROFILER_INVALID_ARG_TYPE'],
    ] as const) {
      assert.throws(() => recorder.query({ thread: thread as number }), { code });
    }
  });
});
