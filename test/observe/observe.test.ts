import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { observe } from 'ox-profile/observe';

import { runSource } from '../support/children';

interface Answer<T> {
  value: T;
}

/**
 * Runs a program whose main thread does `block()` after a moment, while a worker
 * asks; what the worker posts is returned.
 *
 * @param asks the body of an async function (o, sleep) in the worker
 */
async function askedWhile<T>(block: string, asks: string, launch = ''): Promise<T> {
  const worker = `
    const { observe } = require('ox-profile/observe');
    const { parentPort, workerData } = require('node:worker_threads');
    const begun = new Int32Array(workerData);
    const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
    (async (o) => {
      while (Atomics.load(begun, 0) === 0) await sleep(5);
      await sleep(100);
      const value = await (async () => { ${asks} })();
      // Lets the main thread go on, where it waits for it.
      Atomics.store(begun, 1, 1);
      Atomics.notify(begun, 1);
      parentPort.postMessage(value);
    })(observe());`;
  const ended = await runSource(`
    const { SimpleLauncher } = require('ox-profile');
    ${launch}
    const { Worker } = require('node:worker_threads');
    const begun = new Int32Array(new SharedArrayBuffer(12));
    const done = () => Atomics.load(begun, 1) === 1;
    function block() { Atomics.store(begun, 0, 1); ${block} }
    const worker = new Worker(${JSON.stringify(worker)}, { eval: true, name: 'observer', workerData: begun.buffer });
    worker.on('message', (value) => process.stdout.write(JSON.stringify({ value })));
    worker.on('online', () => setTimeout(block, 100));
  `);
  assert.equal(ended.code, 0, ended.stderr);
  return (JSON.parse(ended.stdout) as Answer<T>).value;
}

/** What the worker waits for that asks a thread in native code: `block` says when it goes there. */
const inNativeCode = 'while (Atomics.load(begun, 2) === 0) await sleep(5); await sleep(100);';

const launch = 'const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });';

interface Stack {
  id: number;
  name: string;
  state: string;
  stack: { name: string; line: number; url: string }[];
  lastSeen: { name: string }[];
  lastSeenAgeMillis: number | null;
}

describe('observe().stacks()', () => {
  it('names what a thread does in an endless loop, with file and line', async () => {
    const stacks = await askedWhile<Stack[]>(
      'while (!done()) inner(); function inner() { for (let i = 0; i < 1e4; i++); }',
      'return o.stacks({ timeoutMillis: 5000 });',
    );
    const main = stacks.find(({ name }) => name === 'main');
    assert.equal(main?.state, 'running');
    assert.ok(main.stack.some(({ name }) => name === 'block'), JSON.stringify(main));
    assert.ok(main.stack.every(({ line, url }) => line > 0 && url !== ''), JSON.stringify(main));
    assert.equal(stacks.find(({ id }) => id === 1)?.state, 'running');
  });

  it('names what a thread does in Atomics.wait', async () => {
    const stacks = await askedWhile<Stack[]>(
      'Atomics.wait(begun, 1, 0);',
      'return o.stacks({ timeoutMillis: 5000 });',
    );
    assert.equal(stacks.find(({ name }) => name === 'main')?.stack[0]?.name, 'block');
  });

  it('tells a thread that waits for events', async () => {
    const stacks = await askedWhile<Stack[]>(
      'setTimeout(() => {}, 1000);',
      'return o.stacks({ timeoutMillis: 5000 });',
    );
    const main = stacks.find(({ name }) => name === 'main');
    assert.deepEqual([main?.state, main?.stack], ['waiting', []]);
  });

  it('tells of a thread in native code when it was last heard of, and where', async () => {
    const stacks = await askedWhile<Stack[]>(
      `const { pbkdf2Sync } = require('node:crypto');
      const end = Date.now() + 700;
      (function before() { while (Date.now() < end); })();
      Atomics.store(begun, 2, 1);
      pbkdf2Sync('a', 'b', 3e6, 64, 'sha512');`,
      `${inNativeCode} return o.stacks({ timeoutMillis: 50 });`,
      launch,
    );
    const main = stacks.find(({ name }) => name === 'main');
    assert.equal(main?.state, 'native');
    assert.deepEqual(main.stack, []);
    assert.ok((main.lastSeenAgeMillis ?? 0) > 0);
    assert.ok(main.lastSeen.some(({ name }) => name === 'block'), JSON.stringify(main));
  });

  it('answers in the thread itself, without a launcher', async () => {
    const stacks = await observe().stacks();
    const main = stacks.find(({ id }) => id === 0);
    assert.ok(main?.stack.some(({ url }) => url.includes('observe')));
  });

  it('refuses bad options', async () => {
    await assert.rejects(observe().stacks({ timeoutMillis: 0 }), { code: 'ERR_PROFILER_OUT_OF_RANGE' });
    await assert.rejects(observe().stacks({ timeout: 1 } as object), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
  });
});

describe('observe().profile()', () => {
  const found = `
    const profile = await o.profile({ timeoutMillis: 5000, thread: 'main' });
    const [main] = profile.threads;
    return {
      hits: profile.topFunctions({ filter: '^block$' })[0]?.hits ?? 0,
      seen: main.lastSeen?.map(({ name }) => name) ?? null,
    };`;

  for (const [what, block] of [
    ['an endless loop', 'while (!done());'],
    ['a long regular expression', 'while (!done()) /^(a+)+$/.test("a".repeat(21) + "b");'],
    ['Atomics.wait', 'Atomics.wait(begun, 1, 0);'],
  ] as const) {
    it(`has the samples of a thread in ${what}`, async () => {
      const { hits, seen } = await askedWhile<{ hits: number; seen: string[] | null }>(
        block,
        `await sleep(300); ${found}`,
        launch,
      );
      assert.ok(hits > 20, String(hits));
      assert.equal(seen, null);
    });
  }

  it('gives the last counts of a thread in native code, and says so', async () => {
    const { profile, threads } = await askedWhile<{
      profile: number;
      threads: { name: string; ageNanos: number; lastSeen?: { name: string }[] }[];
    }>(
      `const { pbkdf2Sync } = require('node:crypto');
      // Half of it is collecting garbage, which is no place to be seen in.
      let all = Array.from({ length: 2e5 }, (_, i) => ({ i }));
      const end = Date.now() + 700;
      while (Date.now() < end) all = all.map(({ i }) => ({ i }));
      Atomics.store(begun, 2, 1);
      pbkdf2Sync('a', 'b', 3e6, 64, 'sha512');`,
      `${inNativeCode}
      const profile = await o.profile({ timeoutMillis: 50 });
      return { profile: profile.topFunctions({ filter: '^block$' })[0]?.hits ?? 0, threads: profile.threads };`,
      launch,
    );
    assert.ok(profile > 20, String(profile));
    const main = threads.find(({ name }) => name === 'main');
    assert.ok((main?.ageNanos ?? 0) > 0);
    assert.ok(main?.lastSeen?.some(({ name }) => name === 'block'), JSON.stringify(main));
    assert.equal(threads.find(({ name }) => name === 'observer')?.lastSeen, undefined);
  });

  it('costs a thread no more when it is asked often while it is in native code', async () => {
    const drains = await askedWhile<number>(
      `const before = launcher.stats().drains.count;
      require('node:crypto').pbkdf2Sync('a', 'b', 1e6, 64, 'sha512');
      begun[2] = launcher.stats().drains.count - before;`,
      `await Promise.all(Array.from({ length: 50 }, () => o.profile({ timeoutMillis: 60000 })));
      while (Atomics.load(begun, 2) === 0) await sleep(5);
      return begun[2];`,
      launch,
    );
    // One each in the thread that asks, and a few in the one that was asked.
    assert.ok(drains >= 50 && drains < 90, String(drains));
  });

  it('tells no age where there are no counts yet', async () => {
    const [main] = await askedWhile<{ id: number; state: string; lastSeenAgeMillis: number | null }[]>(
      `SimpleLauncher.launch(); require('node:crypto').pbkdf2Sync('a', 'b', 1e6, 64, 'sha512');`,
      `await sleep(100); return (await o.stacks()).filter(({ id }) => id === 0);`,
    );
    assert.deepEqual([main?.state, main?.lastSeenAgeMillis], ['native', null]);
  });

  it('needs a launcher that is started', async () => {
    await assert.rejects(observe().profile(), { code: 'ERR_PROFILER_NOT_STARTED' });
  });
});

interface StallSeen {
  id: number;
  thread: number;
  threadName: string;
  durationMillis: number;
  ended: boolean;
  samples: number;
  hottest: string[];
}

describe('stalls()', () => {
  const shape = `({ profile, hottestStack, ...stall }) => ({ ...stall, hottest: hottestStack.map(({ name }) => name),
    shares: profile.topFunctions().map(({ name }) => name) })`;

  it('keeps what was done in a stall, and nothing of before and after', async () => {
    const ended = await runSource(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity, stalls: { thresholdMillis: 150 } });
      function burn(millis) { const end = performance.now() + millis; while (performance.now() < end); }
      function before() { burn(20); }
      function culprit() { burn(600); }
      function after() { burn(20); }
      const often = (work, times, next) => setTimeout(() => { work(); times > 1 ? often(work, times - 1, next) : next(); }, 1);
      often(before, 20, () => setTimeout(() => { culprit(); often(after, 20, () => {
        process.stdout.write(JSON.stringify(launcher.stalls().map(${shape})));
        process.stderr.write(String(launcher.stats().stalls.count));
        launcher.cancel();
      }); }, 1));`);
    assert.equal(ended.code, 0, ended.stderr);
    const stalls = JSON.parse(ended.stdout) as (StallSeen & { shares: string[] })[];
    const [stall] = stalls.filter(({ hottest }) => hottest.includes('culprit'));
    assert.ok(stall, ended.stdout);
    assert.deepEqual([stall.thread, stall.threadName, stall.ended], [0, 'main', true]);
    assert.ok(Math.abs(stall.durationMillis - 600) < 200, String(stall.durationMillis));
    assert.ok(stall.samples > 50, String(stall.samples));
    assert.ok(!stall.shares.includes('before') && !stall.shares.includes('after'), String(stall.shares));
    assert.equal(ended.stderr, String(stalls.length));
  });

  it('is answered from another thread while the stall lasts', async () => {
    const stalls = await askedWhile<StallSeen[]>(
      'while (!done());',
      `await sleep(500); await o.profile({ timeoutMillis: 5000 }); return o.stalls().map(${shape});`,
      launch,
    );
    const [stall] = stalls;
    assert.deepEqual([stall?.threadName, stall?.ended], ['main', false]);
    assert.ok((stall?.durationMillis ?? 0) >= 400);
    assert.ok(stall?.hottest.includes('block'), String(stall?.hottest));
  });

  it('keeps as many as wanted, and none when not wanted', async () => {
    const ended = await runSource(`
      const { SimpleLauncher } = require('ox-profile');
      const counts = [];
      const run = (stalls, next) => {
        const launcher = SimpleLauncher.launch({ maxOverhead: Infinity, stalls });
        const again = (times) => setTimeout(() => {
          const end = performance.now() + 80;
          const patience = end + 5000;
          const count = () => launcher.stats().stalls.count;
          const before = count();
          // Until it was seen, however late the sampling thread gets a core.
          while (performance.now() < end || (stalls && count() === before && performance.now() < patience));
          if (times > 1) return again(times - 1);
          setTimeout(() => {
            counts.push([launcher.stalls().length, launcher.stats().stalls.count]);
            launcher.cancel();
            next();
          }, 10);
        }, 5);
        again(4);
      };
      run({ thresholdMillis: 30, keep: 2 }, () => run(false, () => process.stdout.write(JSON.stringify(counts))));`);
    assert.equal(ended.code, 0, ended.stderr);
    const [kept, none] = JSON.parse(ended.stdout) as [[number, number], [number, number]];
    // Where other programs have the cores, a turn of nothing may take as long.
    assert.ok(kept[0] === 2 && kept[1] >= 4 && kept[1] < 8, String(kept));
    assert.deepEqual(none, [0, 0]);
  });

  describe('with a file', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'ox-profile-test-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    const program = (file: string, stall: string): string => `
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity,
        stalls: { thresholdMillis: 50, file: ${JSON.stringify(file)} } });
      const { existsSync, readFileSync } = require('node:fs');
      const written = () => existsSync(${JSON.stringify(file)}) &&
        readFileSync(${JSON.stringify(file)}, 'utf8').includes('"culprit"');
      function culprit() { ${stall} }
      setTimeout(culprit, 50);`;

    function linesOf(file: string): Record<string, unknown>[] {
      return readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    }

    function isOfCulprit(line: Record<string, unknown>): boolean {
      return (line.hottestStack as { name: string }[]).some(({ name }) => name === 'culprit');
    }

    it('has a line of a stall that ends in a kill', async function () {
      if (process.platform === 'win32') this.skip();
      const file = join(folder, 'stalls "odd" \\ name.jsonl');
      const ended = await runSource(
        program(file, `
          while (!written());
          // Not process.kill(), which leaves in order when it hits itself.
          require('node:child_process').spawnSync('kill', ['-9', String(process.pid)]);`),
      );
      assert.equal(ended.signal, 'SIGKILL');
      const [line, ...others] = linesOf(file).filter(isOfCulprit);
      assert.equal(others.length, 0);
      assert.deepEqual([line?.thread, line?.threadName, line?.ended], [0, 'main', false]);
    });

    it('has a second line when it has ended, by process.exit() too', async () => {
      for (const end of ['', 'process.exit();']) {
        const file = join(folder, `stalls${end}.jsonl`);
        const ended = await runSource(program(file, `while (!written()); ${end}`) + 'setTimeout(() => launcher.cancel(), 200);');
        assert.equal(ended.code, 0, ended.stderr);
        const lines = linesOf(file).filter(isOfCulprit);
        assert.deepEqual(lines.map((line) => line.ended), [false, true]);
        assert.ok(Number(lines[1]?.durationMillis) >= Number(lines[0]?.durationMillis));
        assert.ok(Number(lines[1]?.samples) > 0);
      }
    });

    it('has all lines of more stalls at once than are kept', async () => {
      const file = join(folder, 'stalls.jsonl');
      const worker = 'setTimeout(() => { const end = Date.now() + 800; while (Date.now() < end); }, 50); setTimeout(() => {}, 1200);';
      const ended = await runSource(`
        const { SimpleLauncher } = require('ox-profile');
        const { Worker } = require('node:worker_threads');
        const launcher = SimpleLauncher.launch({ maxOverhead: Infinity,
          stalls: { thresholdMillis: 100, keep: 1, file: ${JSON.stringify(file)} } });
        let left = 3;
        for (let i = 0; i < 3; i++) {
          new Worker(${JSON.stringify(worker)}, { eval: true }).on('exit', () => {
            if (--left > 0) return;
            console.log(launcher.stalls().length);
            launcher.cancel();
          });
        }`);
      assert.equal(ended.stdout.trim(), '1', ended.stderr);
      const ended3 = linesOf(file).filter((line) => line.ended === true && Number(line.durationMillis) > 500);
      assert.deepEqual(ended3.map(({ thread }) => thread).sort(), [1, 2, 3]);
      for (const { id } of ended3) {
        assert.deepEqual(linesOf(file).filter((line) => line.id === id).map((line) => line.ended), [false, true]);
      }
    });

    it('holds up nobody where the file does not answer', async function () {
      if (process.platform === 'win32') this.skip();
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const ended = await runSource(
        program(pipe, 'const end = Date.now() + 200; while (Date.now() < end);') +
          `setTimeout(() => { process.stdout.write(String(launcher.stats().stalls.linesNotWritten > 0)); process.exit(7); }, 600);`,
      );
      assert.deepEqual([ended.code, ended.stdout], [7, 'true'], ended.stderr);
    });

    it('counts what could not be written', async () => {
      const ended = await runSource(
        program(join(folder, 'no', 'such', 'folder'), 'const end = Date.now() + 200; while (Date.now() < end);') +
          `setTimeout(() => { process.stdout.write(String(launcher.stats().stalls.linesNotWritten > 0) +
            launcher.query().notes.length); launcher.cancel(); }, 600);`,
      );
      assert.equal(ended.stdout, 'true1', ended.stderr);
      assert.equal(ended.code, 0);
    });
  });

  it('refuses bad options', async () => {
    const ended = await runSource(`
      const { SimpleLauncher } = require('ox-profile');
      for (const stalls of [5, { thresholdMillis: 1 }, { keep: 0 }, { file: 5 }, { path: '' }]) {
        try { new SimpleLauncher({ stalls }); } catch ({ code }) { console.log(code); }
      }`);
    assert.deepEqual(ended.stdout.trim().split('\n').map((code) => code.replace('ERR_PROFILER_', '')), [
      'INVALID_ARG_TYPE', 'OUT_OF_RANGE', 'OUT_OF_RANGE', 'INVALID_ARG_TYPE', 'UNKNOWN_OPTION',
    ]);
  });
});
