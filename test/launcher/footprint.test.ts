import assert from 'node:assert/strict';

import { answerOfProgram, answerOfWork, assertEnded, runSource } from '../support/children';

const launch = `
  const { SimpleLauncher } = require('ox-profile');
  const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });`;

describe('the event loop', () => {
  it('is not held open by a running launcher', async () => {
    assertEnded(await runSource(`${launch} setImmediate(() => {});`), { stderr: '' });
  });

  it('gets no listeners, timers, globals or flags of V8 of ours', async () => {
    const { before, after } = await answerOfProgram<{ before: unknown; after: unknown }>(`
      process.stdout;  // It is made, with listeners, when it is first asked for.
      const { cachedDataVersionTag } = require('node:v8');
      const seen = () => ({
        // Of V8's version and flags, the processor's features as well.
        flags: cachedDataVersionTag(),
        globals: Object.getOwnPropertyNames(globalThis).sort(),
        listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
        resources: process.getActiveResourcesInfo(),
        prepare: String(Error.prepareStackTrace),
        limit: Error.stackTraceLimit,
      });
      const before = seen();
      ${launch}
      while (launcher.query().samples === 0) JSON.parse('[1, 2, 3]');
      launcher.show();
      answer({ before, after: seen() });`);
    assert.deepEqual(after, before);
  });
});

describe('the sampling thread', () => {
  it('wakes for nothing while paused, and is gone after cancel()', async function () {
    if (process.platform !== 'linux') this.skip();
    const seen = await answerOfWork<{ threads: number; atWork: number; paused: number }>(`
      const { readdirSync, readFileSync } = require('node:fs');
      const read = (task, file) => {
        try {
          return readFileSync('/proc/self/task/' + task + '/' + file, 'utf8');
        } catch {
          return '';  // It has ended since.
        }
      };
      const threads = (name) => readdirSync('/proc/self/task')
        .filter((task) => read(task, 'comm').startsWith(name));
      const sleeps = (name) => threads(name).map((task) =>
        Number(/^voluntary_ctxt_switches:\\s+(\\d+)/m.exec(read(task, 'status'))[1]))
        .reduce((sum, each) => sum + each, 0);
      ${launch}
      const begun = sleeps('ox-profile');
      workUntil(() => burn(1), () => sleeps('ox-profile') > begun + 3);
      const atWork = sleeps('ox-profile') - begun;
      launcher.pause();
      // V8's own thread, which rests, wakes four times a second and tells the time.
      const rounds = async (count) => {
        const from = sleeps('v8:ProfEvnt');
        const began = performance.now();
        await until(() => sleeps('v8:ProfEvnt') >= from + count && performance.now() - began > 150 * count);
      };
      // It may not have heard of the pause yet.
      let before;
      await until(async () => {
        before = sleeps('ox-profile');
        await rounds(1);
        return sleeps('ox-profile') === before;
      });
      await rounds(8);
      const paused = sleeps('ox-profile') - before;
      const count = threads('ox-profile').length;
      launcher.cancel();
      // The system takes a thread off its list a moment after it has ended.
      await until(() => threads('ox-profile').length === 0);
      answer({ threads: count, atWork, paused });`);
    assert.equal(seen.threads, 1);
    assert.equal(seen.paused, 0, JSON.stringify(seen));
  });
});

describe('codeLogging: lazy', () => {
  it('samples too, and says what it does not know', async () => {
    const notes = await answerOfWork<string[]>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity, codeLogging: 'lazy', lateCode: 'leave' });
      launcher.start();
      for (let round = 1; round <= 3; round++) {
        launcher.unpause();
        workUntil(() => burn(1), () => launcher.query().samples >= 20 * round);
        launcher.pause();
      }
      answer(launcher.query().notes);
      launcher.cancel();`);
    assert.equal(notes.length, 1, String(notes));
  });
});
