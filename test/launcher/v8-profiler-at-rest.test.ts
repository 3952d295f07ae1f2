import assert from 'node:assert/strict';

import { answerOfWork } from '../support/children';

/** Runs a program that has `v8Threads()`: V8's sampling threads, and how often
 * each has slept. */
function answerOf<T>(source: string): Promise<T> {
  return answerOfWork(`
    const { readdirSync, readFileSync } = require('node:fs');
    const { SimpleLauncher } = require('ox-profile');
    const read = (task, file) => {
      try {
        return readFileSync('/proc/self/task/' + task + '/' + file, 'utf8');
      } catch {
        return '';  // It has ended since.
      }
    };
    const v8Threads = () => readdirSync('/proc/self/task')
      .filter((task) => read(task, 'comm').startsWith('v8:ProfEvnt'))
      .map((task) => [task, Number(/^voluntary_ctxt_switches:\\s+(\\d+)/m.exec(read(task, 'status'))?.[1])]);
    const only = () => {
      const [one, ...others] = v8Threads();
      if (one === undefined || others.length > 0) throw new Error('Expected one thread, and no other');
      return one;
    };
    /** Works until V8's thread has slept \`count\` times more; how often that is
     * a second. A thread that gets no core sleeps less often, never more. */
    const rateOf = (count) => {
      const [thread, before] = only();
      const began = performance.now();
      const after = workUntil(() => burn(5), () => {
        const [same, now] = only();
        if (same !== thread) throw new Error('Expected the same thread');
        return now >= before + count && now;
      });
      return (after - before) / (performance.now() - began) * 1000;
    };
    ${source}`);
}

/** Sleeps a second: a sleep each 250 ms, and now and then for a lock. */
const FEW = 12;

describe('the profiler of V8, while it rests', function () {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('is ready to sample soon after start()', async () => {
    const [started, unpaused] = await answerOf<[string, string]>(`
      const launcher = new SimpleLauncher({ maxOverhead: Infinity });
      launcher.start();
      const [started, slept] = only();
      workUntil(() => burn(5), () => only()[1] > slept);
      launcher.unpause();
      answer([started, only()[0]]);
      launcher.cancel();`);
    assert.equal(unpaused, started);
  });

  it('wakes a few times a second, when it was not unpaused soon or was paused', async () => {
    const rates = await answerOf<Record<'made' | 'started' | 'unpaused' | 'paused', number>>(`
      const launcher = new SimpleLauncher({ maxOverhead: Infinity });
      const rates = {};
      rates.made = rateOf(4);
      launcher.start();
      // It is held ready for a while, and then V8 makes its thread anew.
      const [ready] = only();
      await until(() => v8Threads().length === 1 && only()[0] !== ready);
      rates.started = rateOf(4);
      launcher.unpause();
      rates.unpaused = await until(() => { const rate = rateOf(20); return rate > ${String(FEW)} && rate; });
      launcher.pause();
      launcher.setInterval(5);
      rates.paused = rateOf(4);
      launcher.cancel();
      answer(rates);`);
    for (const state of ['made', 'started', 'paused'] as const) {
      assert.ok(rates[state] <= FEW, `${state}: ${JSON.stringify(rates)}`);
    }
  });
});
