import assert from 'node:assert/strict';

import { answerOfWork } from '../support/children';

/** Runs a program that has `v8Threads()`: V8's sampling threads, and how often
 * each has slept. */
function answerOf<T>(source: string): Promise<T> {
  return answerOfWork(`
    const { readdirSync, readFileSync } = require('node:fs');
    const { SimpleLauncher } = require('ox-profile');
    const read = (task, file) => readFileSync('/proc/self/task/' + task + '/' + file, 'utf8');
    const v8Threads = () => readdirSync('/proc/self/task')
      .filter((task) => read(task, 'comm').startsWith('v8:ProfEvnt'))
      .map((task) => [task, Number(/^voluntary_ctxt_switches:\\s+(\\d+)/m.exec(read(task, 'status'))[1])]);
    /** How often V8's only one sleeps in a second of work. */
    const sleepsOfASecond = () => {
      const [[thread, before], ...others] = v8Threads();
      burn(1000);
      const [[same, after]] = v8Threads();
      if (others.length > 0 || same !== thread) throw new Error('Expected one thread, and no other');
      return after - before;
    };
    ${source}`);
}

describe('the profiler of V8, while it rests', function () {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('is ready to sample soon after start()', async () => {
    const [started, unpaused] = await answerOf<[string[], string[]]>(`
      const launcher = new SimpleLauncher({ maxOverhead: Infinity });
      launcher.start();
      burn(200);
      const threads = () => v8Threads().map(([thread]) => thread);
      const started = threads();
      launcher.unpause();
      answer([started, threads()]);
      launcher.cancel();`);
    assert.equal(started.length, 1);
    assert.deepEqual(unpaused, started);
  });

  it('wakes a few times a second, when it was not unpaused soon or was paused', async () => {
    const states = ['made', 'started', 'paused'] as const;
    const sleeps = await answerOf<Record<(typeof states)[number] | 'unpaused', number>>(`
      const launcher = new SimpleLauncher({ maxOverhead: Infinity });
      const sleeps = {};
      burn(50);
      sleeps.made = sleepsOfASecond();
      launcher.start();
      await sleep(2500);
      burn(50);
      sleeps.started = sleepsOfASecond();
      launcher.unpause();
      burn(50);
      sleeps.unpaused = sleepsOfASecond();
      launcher.pause();
      launcher.setInterval(5);
      burn(50);
      sleeps.paused = sleepsOfASecond();
      launcher.cancel();
      answer(sleeps);`);
    for (const state of states) {
      const count = sleeps[state];
      assert.ok(count >= 1 && count <= 12, `${state}: ${JSON.stringify(sleeps)}`);
    }
    assert.ok(sleeps.unpaused > 12, JSON.stringify(sleeps));
  });
});
