import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { askedWhile, launch } from '../support/asked';
import { accountOf, answerOfWork, assertEnded, burner, jsonOf, runSource, waits, type Ended } from '../support/children';

interface StallSeen {
  thread: number;
  threadName: string;
  durationMillis: number;
  ended: boolean;
  samples: number;
  hottest: string[];
  functions: string[];
}

/** For programs: makes a StallSeen of a stall. */
const shape = `({ profile, hottestStack, ...stall }) => ({
  ...stall,
  hottest: hottestStack.map(({ name }) => name),
  functions: profile.topFunctions({ limit: Infinity }).map(({ name }) => name),
})`;

/** For programs: what goes on after `await turn()` does so in a later turn of the
 * loop. A timer may still come in the same one. */
const turns = 'const turn = () => new Promise((resolve) => setImmediate(resolve));';

describe('stalls()', () => {
  it('keeps what was done in a stall, and nothing of before and after', async () => {
    const { stalls, count, least, most } = await answerOfWork<{
      stalls: StallSeen[];
      count: number;
      least: number;
      most: number;
    }>(`
      ${turns}
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity, stalls: { thresholdMillis: 150 } });
      const hits = (name) => launcher.query({ filter: '^' + name + '$' }).records[0]?.hits ?? 0;
      function before() { burn(20); }
      function culprit() {
        workUntil(() => burn(5), () => launcher.stalls().some(({ ended, samples }) => !ended && samples > 50));
      }
      function after() { burn(20); }
      const seen = (work) => until(() => { work(); return hits(work.name) > 20; });
      await seen(before);
      // These are in one rotation with what comes then.
      for (let i = 0; i < 5; i++) { await turn(); before(); }
      const outside = performance.now();
      await turn();
      const inside = performance.now();
      culprit();
      const least = performance.now() - inside;
      await turn();
      const most = performance.now() - outside;
      await seen(after);
      answer({ stalls: launcher.stalls().map(${shape}), count: launcher.stats().stalls.count, least, most });
      launcher.cancel();`);
    const account = JSON.stringify({ stalls, count, least, most });
    const [stall, ...others] = stalls.filter(({ hottest }) => hottest.includes('culprit'));
    assert.ok(stall, account);
    assert.equal(others.length, 0, account);
    assert.deepEqual([stall.thread, stall.threadName, stall.ended], [0, 'main', true]);
    assert.ok(stall.durationMillis >= least && stall.durationMillis <= most, account);
    assert.ok(stall.samples > 50, account);
    assert.ok(!stall.functions.includes('before') && !stall.functions.includes('after'), account);
    assert.equal(count, stalls.length, account);
  });

  it('is answered from another thread while the stall lasts', async () => {
    const { stall, least } = await askedWhile<{ stall: StallSeen; least: number }>(
      'while (!done());',
      `const begun = performance.now();
      return until(async () => {
        await o.profile({ timeoutMillis: 60000 });
        const least = performance.now() - begun;
        const stall = o.stalls().map(${shape}).find(({ hottest }) => hottest.includes('block'));
        return stall && { stall, least };
      });`,
      launch,
    );
    assert.deepEqual([stall.threadName, stall.ended], ['main', false]);
    assert.ok(stall.durationMillis >= least, JSON.stringify({ stall, least }));
  });

  it('keeps as many as wanted, counts each once, and keeps none when not wanted', async () => {
    const { few, byDefault, none } = await answerOfWork<Record<'few' | 'byDefault' | 'none', {
      kept: number;
      count: number;
      mostCount: number;
      worked: number;
    }>>(`
      ${turns}
      const { SimpleLauncher } = require('ox-profile');
      async function run({ stalls, wanted, work = 0 }) {
        const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity, stalls });
        const thresholdMillis = stalls?.thresholdMillis ?? 200;
        // Where other programs have the cores, a turn of nothing may take as long:
        // as seen from outside, so many stalls have room in what is looked at.
        let mostCount = 0;
        let worked = 0;
        let outside = performance.now();
        const passed = async () => {
          await turn();
          mostCount += Math.floor((performance.now() - outside) / thresholdMillis);
        };
        await passed();
        for (let i = 0; i < wanted; i++) {
          outside = performance.now();
          await turn();
          const count = launcher.stats().stalls.count;
          const begun = performance.now();
          // Until it was seen, however late the sampling thread gets a core.
          workUntil(() => burn(5), () =>
            (stalls === false || launcher.stats().stalls.count > count) && performance.now() - begun >= work);
          worked = performance.now() - begun;
          await passed();
        }
        const seen = { kept: launcher.stalls().length, count: launcher.stats().stalls.count, mostCount, worked };
        launcher.cancel();
        return seen;
      }
      const few = await run({ stalls: { thresholdMillis: 30, keep: 2 }, wanted: 4 });
      const byDefault = await run({ wanted: 1 });
      // Works for twice as long as what was seen to be a stall just now.
      const none = await run({ stalls: false, wanted: 1, work: 2 * Math.max(byDefault.worked, 200) });
      answer({ few, byDefault, none });`);
    const account = JSON.stringify({ few, byDefault, none });
    assert.ok(few.kept === 2 && few.count >= 4 && few.count <= few.mostCount, account);
    assert.ok(byDefault.kept >= 1 && byDefault.count <= byDefault.mostCount, account);
    assert.ok(none.mostCount >= 1, account);
    assert.deepEqual([none.kept, none.count], [0, 0], account);
  });

  describe('with a file', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'ox-profile-test-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    /**
     * A program that stalls until the line of that stall is written, and does then
     * `end` within it. Its stdout is the stall's id. A line does not wait long for
     * samples: where the thread got no core in time it has none, or one of what led
     * here. Then the program stalls once more.
     */
    const stallsUntilWritten = (file: string, end: string): string => `
      ${waits} ${burner} ${turns}
      const { SimpleLauncher } = require('ox-profile');
      const { existsSync, readFileSync } = require('node:fs');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity,
        stalls: { thresholdMillis: 50, file: ${JSON.stringify(file)} } });
      const lines = () => existsSync(${JSON.stringify(file)})
        ? readFileSync(${JSON.stringify(file)}, 'utf8').split('\\n').slice(0, -1).map((line) => JSON.parse(line)) : [];
      function culprit() {
        const before = new Set(launcher.stalls().map(({ id }) => id));
        const [{ id }] = workUntil(() => burn(5), () => {
          const begun = launcher.stalls().filter(({ id, ended }) => !ended && !before.has(id));
          return begun.length > 0 && begun;
        });
        const isHere = ({ hottestStack }) => hottestStack.some(({ name }) => name === 'culprit');
        const line = workUntil(() => burn(5), () => lines().find((line) => line.id === id));
        if (!isHere(line)) return false;
        // So many that it stays the hottest.
        workUntil(() => burn(5), () => launcher.stalls().some((stall) =>
          stall.id === id && isHere(stall) && stall.hottestHits > 5));
        process.stdout.write(String(id));
        ${end}
        return true;
      }
      (async () => {
        do await turn(); while (!culprit());
        await turn();
        launcher.cancel();
      })();`;

    interface Line {
      id: number;
      thread: number;
      threadName: string;
      durationMillis: number;
      ended: boolean;
      samples: number;
      hottestStack: { name: string }[];
    }

    function linesOf(file: string): Line[] {
      return readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
    }

    /** The lines of the stall that `ended` told of. */
    function linesOfCulprit(file: string, ended: Ended): Line[] {
      const lines = linesOf(file).filter(({ id }) => String(id) === ended.stdout);
      for (const { hottestStack } of lines) {
        assert.ok(hottestStack.some(({ name }) => name === 'culprit'), `${JSON.stringify(lines)}, ${accountOf(ended)}`);
      }
      return lines;
    }

    it('has a line of a stall that ends in a kill', async function () {
      if (process.platform === 'win32') this.skip();
      const file = join(folder, 'stalls "odd" \\ name.jsonl');
      const ended = await runSource(
        // Not process.kill(), which leaves in order when it hits itself.
        stallsUntilWritten(file, "require('node:child_process').spawnSync('kill', ['-9', String(process.pid)]);"),
      );
      assertEnded(ended, { signal: 'SIGKILL' });
      const [line, ...others] = linesOfCulprit(file, ended);
      assert.equal(others.length, 0, accountOf(ended));
      assert.deepEqual([line?.thread, line?.threadName, line?.ended], [0, 'main', false], accountOf(ended));
    });

    for (const [how, end] of [['', ''], [', by process.exit() too', 'process.exit();']] as const) {
      it(`has a second line when it has ended${how}`, async () => {
        const file = join(folder, 'stalls.jsonl');
        const ended = await runSource(stallsUntilWritten(file, end));
        assertEnded(ended, { stderr: '' });
        const lines = linesOfCulprit(file, ended);
        const account = `${JSON.stringify(lines)}, ${accountOf(ended)}`;
        assert.deepEqual(lines.map((line) => line.ended), [false, true], account);
        const [first, second] = lines as [Line, Line];
        assert.ok(second.durationMillis >= first.durationMillis, account);
        assert.ok(second.samples >= first.samples && second.samples > 0, account);
      });
    }

    it('has all lines of more stalls at once than are kept', async () => {
      const file = join(folder, 'stalls.jsonl');
      const worker = `
        const { parentPort, workerData: goOn } = require('node:worker_threads');
        // Of another turn than that in which the thread was started.
        setImmediate(() => setImmediate(() => {
          while (Atomics.load(goOn, 0) === 0);
          // And ends in another.
          setImmediate(() => setImmediate(() => parentPort.close()));
        }));
        parentPort.on('message', () => {});`;
      const { kept, ids, least } = await answerOfWork<{ kept: number; ids: number[]; least: number }>(`
        const { once } = require('node:events');
        const { SimpleLauncher } = require('ox-profile');
        const { Worker } = require('node:worker_threads');
        const launcher = SimpleLauncher.launch({ maxOverhead: Infinity,
          stalls: { thresholdMillis: 100, keep: 1, file: ${JSON.stringify(file)} } });
        const goOn = new Int32Array(new SharedArrayBuffer(4));
        const workers = [1, 2, 3].map(() => new Worker(${JSON.stringify(worker)}, { eval: true, workerData: goOn }));
        const exits = workers.map((worker) => once(worker, 'exit'));
        const { existsSync, readFileSync } = require('node:fs');
        const file = ${JSON.stringify(file)};
        // One that ends before its first line is due has only the last.
        const text = () => existsSync(file) ? readFileSync(file, 'utf8') : '';
        const stalls = await until(() => {
          const all = launcher.stalls().filter(({ thread, ended }) => thread !== 0 && !ended);
          return all.length === 3 && all.every(({ id }) => text().includes('{"id":' + id + ',')) && all;
        });
        const least = Math.min(...stalls.map(({ durationMillis }) => durationMillis));
        const ids = stalls.map(({ id }) => id);
        Atomics.store(goOn, 0, 1);
        await Promise.all(exits);
        answer({ kept: launcher.stalls().length, ids, least });
        launcher.cancel();`);
      const lines = linesOf(file);
      const account = JSON.stringify({ kept, ids, least, lines });
      assert.equal(kept, 1, account);
      assert.equal(new Set(ids).size, 3, account);
      const ofIds = ids.map((id) => lines.filter((line) => line.id === id));
      for (const each of ofIds) assert.deepEqual(each.map(({ ended }) => ended), [false, true], account);
      assert.deepEqual(ofIds.map((each) => each[1]?.thread).sort(), [1, 2, 3], account);
      for (const each of ofIds) assert.ok((each[1]?.durationMillis ?? 0) >= least, account);
    });

    /** A program that goes on when a line could not be written. */
    const notWritten = (file: string, end: string): string => `
      ${waits} ${burner} ${turns}
      const answer = (value) => process.stdout.write(JSON.stringify(value));
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ maxOverhead: Infinity,
        stalls: { thresholdMillis: 50, file: ${JSON.stringify(file)} } });
      (async () => {
        await turn();
        workUntil(() => burn(5), () => launcher.stats().stalls.count > 0);
        await until(() => launcher.stats().stalls.linesNotWritten > 0);
        ${end}
      })();`;

    it('holds up nobody where the file does not answer', async function () {
      if (process.platform === 'win32') this.skip();
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const ended = await runSource(notWritten(pipe, 'process.exit(7);'));
      assertEnded(ended, { code: 7, stdout: '', stderr: '' });
    });

    it('counts what could not be written', async () => {
      const ended = await runSource(
        notWritten(join(folder, 'no', 'such', 'folder'), 'answer(launcher.query().notes); launcher.cancel();'),
      );
      const notes = jsonOf(ended) as string[];
      assert.equal(notes.length, 1, accountOf(ended));
      assert.match(notes[0] ?? '', /^\d+ stalls could not be written into stalls\.file$/, accountOf(ended));
    });
  });

  it('refuses bad options', async () => {
    const ended = await runSource(`
      const { SimpleLauncher } = require('ox-profile');
      for (const stalls of [5, { thresholdMillis: 1 }, { keep: 0 }, { file: 5 }, { path: '' }]) {
        try { new SimpleLauncher({ stalls }); } catch ({ code }) { console.log(code.replace('ERR_PROFILER_', '')); }
      }`);
    assertEnded(ended, {
      stdout: ['INVALID_ARG_TYPE', 'OUT_OF_RANGE', 'OUT_OF_RANGE', 'INVALID_ARG_TYPE', 'UNKNOWN_OPTION'].join('\n'),
    });
  });
});
