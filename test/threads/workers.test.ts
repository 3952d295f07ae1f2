import assert from 'node:assert/strict';
import { join } from 'node:path';

import { CountingRecorder } from 'ox-profile';
import { answerOfProgram, burner, root, runNode } from '../support/children';

function answerOf<T>(source: string, nodeArgs: readonly string[] = []): Promise<T> {
  return answerOfProgram(`const { once } = require('node:events'); ${source}`, nodeArgs);
}

const workerSource = `${burner}
  function inWorker() { return burn(400); }
  const { parentPort } = require('node:worker_threads');
  inWorker();
  parentPort.postMessage({ execArgv: process.execArgv, env: process.env.ONLY ?? null });`;

/** Runs a worker with these options and tells what it and the launcher saw. */
function programWith(workerOptions: string): string {
  return `
    const { SimpleLauncher } = require('ox-profile');
    const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
    const { Worker } = require('node:worker_threads');
    (async () => {
      const worker = new Worker(${JSON.stringify(workerSource)}, ${workerOptions});
      const [[message]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
      const { threads } = launcher.profile();
      const hits = (options) => launcher.query({ filter: '^inWorker$', ...options }).records[0]?.hits ?? 0;
      const { id, name, ended } = threads[1] ?? {};
      answer({ message, parent: process.execArgv, id, name, ended, all: hits({}), own: id && hits({ thread: id }), main: hits({ thread: 'main' }) });
      launcher.cancel();
    })();`;
}

interface Seen {
  parent: string[];
  message: { execArgv: string[]; env: string | null };
  id: number;
  name: string;
  ended: boolean;
  all: number;
  own: number;
  main: number;
}

describe('worker threads', () => {
  const variants: [string, string, { name?: RegExp; execArgv?: string[]; env?: string }][] = [
    ['as they are', '{ eval: true }', {}],
    ['with a name', "{ eval: true, name: 'the first' }", { name: /^the first$/ }],
    ['with an execArgv of their own', "{ eval: true, execArgv: ['--no-warnings'] }", { execArgv: ['--no-warnings'] }],
    ['with an empty execArgv', '{ eval: true, execArgv: [] }', { execArgv: [] }],
    ['with an env of their own', "{ eval: true, env: { ONLY: 'this' } }", { env: 'this' }],
    ['that share the env', "{ eval: true, env: require('node:worker_threads').SHARE_ENV }", {}],
  ];
  for (const [what, options, expected] of variants) {
    it(`join by themselves, ${what}, and notice nothing`, async () => {
      const seen = await answerOf<Seen>(programWith(options));
      assert.ok(seen.all > 20, `${String(seen.all)} hits`);
      assert.equal(seen.own, seen.all);
      assert.equal(seen.main, 0);
      assert.match(seen.name, expected.name ?? /^worker \d+$/);
      assert.equal(seen.ended, true);
      assert.deepEqual(seen.message, { execArgv: expected.execArgv ?? seen.parent, env: expected.env ?? null });
    });
  }

  it('join where the process has flags that no worker may be given', async () => {
    const seen = await answerOf<Seen>(programWith('{ eval: true }'), ['--max-old-space-size=200', '--expose-gc']);
    assert.ok(seen.all > 20);
    assert.deepEqual(seen.message.execArgv, seen.parent);
    assert.equal(seen.parent[0], '--max-old-space-size=200');
  });

  it('join in ES modules, in classes that extend Worker, and from workers', async () => {
    const found = await answerOf<number[]>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      (async () => {
        const source = ${JSON.stringify(workerSource)};
        const { Worker } = await import('data:text/javascript,import { Worker } from "node:worker_threads"; export { Worker }');
        class Own extends Worker { constructor() { super(source, { eval: true }); } }
        const nested = 'const { Worker, parentPort } = require("node:worker_threads");' +
          'new Worker(' + JSON.stringify(source) + ', { eval: true }).on("exit", () => parentPort.postMessage(0))';
        await Promise.all([new Worker(source, { eval: true }), new Own(), new Worker(nested, { eval: true })]
          .map((worker) => once(worker, 'exit')));
        answer(launcher.profile().threads.map(({ id }) =>
          launcher.query({ thread: id, filter: '^inWorker$' }).records[0]?.hits ?? 0));
        launcher.cancel();
      })();`);
    assert.equal(found.length, 5);
    assert.equal(found.filter((hits) => hits > 20).length, 3, String(found));
  });

  it('join also when their class was taken out of the module before the launch', async () => {
    const threads = await answerOf<number>(`
      const { SimpleLauncher } = require('ox-profile');
      const { Worker } = require('node:worker_threads');
      const before = new Worker('', { eval: true });
      before.on('exit', () => {
        const launcher = SimpleLauncher.launch();
        new Worker('', { eval: true }).on('exit', () => {
          answer(launcher.profile().threads.length);
          launcher.cancel();
        });
      });`);
    assert.equal(threads, 2);
  });

  it('take options of any make, and are instances of the class', async () => {
    const seen = await answerOf<unknown>(`
      const { SimpleLauncher } = require('ox-profile');
      const { Worker } = require('node:worker_threads');
      const launcher = SimpleLauncher.launch();
      class Options { #name = 'private'; get name() { return this.#name; } get eval() { return true; } }
      const worker = new Worker('', new Options());
      worker.on('exit', (code) => {
        answer([code, worker.constructor === Worker, launcher.profile().threads.map(({ name }) => name)]);
        launcher.cancel();
      });`);
    assert.deepEqual(seen, [0, true, ['main', 'private']]);
  });

  it('are started once by a package that is loaded again', async () => {
    const seen = await answerOf<unknown>(`
      const workerThreads = require('node:worker_threads');
      const original = workerThreads.Worker;
      const load = (also = () => false) => {
        for (const file of Object.keys(require.cache)) {
          if (!file.endsWith('.node') || also(file)) delete require.cache[file];
        }
        return require('ox-profile').SimpleLauncher;
      };
      for (let i = 0; i < 5; i++) load();
      const launcher = load().launch();
      new workerThreads.Worker('require("node:worker_threads").parentPort.postMessage(process.execArgv)', { eval: true, execArgv: [] })
        .on('message', (execArgv) => {
          launcher.cancel();
          answer([execArgv, workerThreads.Worker === original]);
        });`);
    assert.deepEqual(seen, [[], true]);
  });

  it('count once where the addon is loaded twice', async () => {
    const [wall, counted, joined] = await answerOf<[number, number, number]>(`
      require('ox-profile');
      for (const file of Object.keys(require.cache)) delete require.cache[file];
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const began = performance.now();
      const turns = setInterval(() => {
        const end = performance.now() + 20;
        while (performance.now() < end);
        const wall = performance.now() - began;
        if (wall < 1500) return;
        clearInterval(turns);
        answer([wall, launcher.query().durationMillis, launcher.stats().threads.joined]);
        launcher.cancel();
      }, 1);`);
    assert.equal(joined, 1);
    assert.ok(counted <= wall * 1.1, `${String(counted)} of ${String(wall)} ms`);
  });

  it('are left alone with threads: main, and after cancel()', async () => {
    const seen = await answerOf<unknown>(`
      const workerThreads = require('node:worker_threads');
      const original = workerThreads.Worker;
      const { SimpleLauncher } = require('ox-profile');
      const main = SimpleLauncher.launch({ threads: 'main' });
      const same = workerThreads.Worker === original;
      main.cancel();
      const all = SimpleLauncher.launch();
      const { Worker } = workerThreads;
      const proxied = Worker !== original;
      const worker = new Worker('', { eval: true });
      const instances = [worker instanceof Worker, worker instanceof original];
      worker.on('exit', () => {
        const threads = all.profile().threads.length;
        all.cancel();
        // Held by somebody who took it meanwhile.
        new Worker('require("node:worker_threads").parentPort.postMessage(process.execArgv)', { eval: true, execArgv: [] })
          .on('message', (execArgv) => answer({
            same, proxied, instances, threads, execArgv, restored: workerThreads.Worker === original }));
      });`);
    assert.deepEqual(seen, { same: true, proxied: true, instances: [true, true], threads: 2, execArgv: [], restored: true });
  });

  it('let Node refuse what is wrong, in its own words', async () => {
    const codes = await answerOf<string[]>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch();
      const { Worker } = require('node:worker_threads');
      const codeOf = (...args) => { try { new Worker(...args); return 'none'; } catch ({ code }) { return code; } };
      answer([codeOf(), codeOf('relative.js'), codeOf('', { eval: true, execArgv: ['--no-such-flag'] }),
        codeOf('', { eval: true, execArgv: 'text' }), codeOf('', { eval: true, env: 5 }), codeOf('', 'text')]);
      launcher.cancel();`);
    const plain = await answerOf<string[]>(`
      const { Worker } = require('node:worker_threads');
      const codeOf = (...args) => { try { new Worker(...args); return 'none'; } catch ({ code }) { return code; } };
      answer([codeOf(), codeOf('relative.js'), codeOf('', { eval: true, execArgv: ['--no-such-flag'] }),
        codeOf('', { eval: true, execArgv: 'text' }), codeOf('', { eval: true, env: 5 }), codeOf('', 'text')]);
      process.exit();`);
    assert.deepEqual(codes, plain);
    assert.ok(codes.slice(0, 3).every((code) => code.startsWith('ERR_')), String(codes));
  });

  it('that ran before join when they were preloaded into', async () => {
    const seen = await answerOf<{ hits: number; late: number; notes: string[] }>(
      `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(`${burner}
        function inWorker() { return burn(50); }
        const { parentPort } = require('node:worker_threads');
        const timer = setInterval(inWorker, 60);
        parentPort.on('message', () => { clearInterval(timer); parentPort.close(); });
        parentPort.postMessage('up');`)}, { eval: true });
      worker.once('message', () => setTimeout(() => {
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
        setTimeout(() => {
          worker.postMessage('end');
          worker.on('exit', () => {
            const { records, notes } = launcher.query({ filter: '^inWorker$' });
            answer({ hits: records[0]?.hits ?? 0, late: launcher.stats().threads.joinedLate, notes });
            launcher.cancel();
          });
        }, 1000);
      }, 200));`,
      ['--require', join(root, 'dist', 'index.js')],
    );
    assert.ok(seen.hits > 20, String(seen.hits));
    assert.equal(seen.late, 1);
    assert.ok(seen.notes.some((note) => note.includes('1 threads ran before')), String(seen.notes));
  });

  it('pause, go on and forget with the launcher', async () => {
    const seen = await answerOf<number[]>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(`${burner}
        setInterval(() => burn(40), 45); require('node:worker_threads').parentPort.once('message', () => process.exit());`)}, { eval: true });
      const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
      const samples = () => launcher.profile({ thread: 1 }).sums.samples;
      (async () => {
        await once(worker, 'online');
        await sleep(600);
        samples(); // Asks the worker to drain.
        await sleep(100);
        const running = samples();
        launcher.pause();
        await sleep(200);
        const paused = samples();
        await sleep(600);
        const stillPaused = samples();
        launcher.reset();
        await sleep(100);
        const forgotten = launcher.profile().sums.samples;
        launcher.unpause();
        await sleep(600);
        samples();
        await sleep(100);
        const again = samples();
        worker.postMessage('end');
        await once(worker, 'exit');
        answer([running, paused, stillPaused, forgotten, again]);
        launcher.cancel();
      })();`);
    const [running = 0, paused = 0, stillPaused = 0, forgotten = -1, again = 0] = seen;
    assert.ok(running > 20, String(seen));
    assert.ok(paused >= running, String(seen));
    assert.equal(stillPaused, paused, String(seen));
    assert.equal(forgotten, 0, String(seen));
    assert.ok(again > 20, String(seen));
  });

  it('keep their counts when they have ended, the earliest together', async () => {
    const seen = await answerOf<{ apart: number; earlier: number; all: number; after: number }>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
      const { Worker } = require('node:worker_threads');
      const source = ${JSON.stringify(`${burner} function inWorker() { return burn(25); } inWorker();`)};
      (async () => {
        let all = 0;
        for (let i = 0; i < 72; i += 4) {
          await Promise.all([0, 1, 2, 3].map(() => once(new Worker(source, { eval: true }), 'exit')));
          if (i === 56) all = launcher.query({ filter: '^inWorker$' }).records[0].hits;
        }
        const { threads } = launcher.profile();
        answer({
          apart: threads.filter(({ id, ended }) => ended && id > 0).length,
          earlier: launcher.query({ thread: -1, filter: '^inWorker$' }).records[0]?.hits ?? 0,
          all, after: launcher.query({ filter: '^inWorker$' }).records[0].hits,
        });
        launcher.cancel();
      })();`);
    assert.equal(seen.apart, 64);
    assert.ok(seen.earlier > 0);
    assert.ok(seen.after > seen.all);
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

describe('a program with workers', () => {
  for (const [how, code, expected] of [
    ['process.exit(3) in the main thread', 'setTimeout(() => process.exit(3), 300)', 3],
    ['an error in a worker', 'worker.postMessage("throw"); worker.on("error", () => { process.exitCode = 4; })', 4],
    ['terminate()', 'setTimeout(() => worker.terminate(), 300)', 0],
  ] as const) {
    it(`ends as it would without, by ${how}`, async () => {
      const ended = await runNode(['--eval', `
        const { SimpleLauncher } = require('ox-profile');
        SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        const { Worker } = require('node:worker_threads');
        const worker = new Worker(${JSON.stringify(`${burner}
          require('node:worker_threads').parentPort.on('message', () => { throw new Error('on purpose'); });
          setInterval(() => burn(20), 25);`)}, { eval: true });
        ${code}`]);
      assert.equal(ended.signal, null);
      assert.equal(ended.code, expected, ended.stderr);
      assert.equal(ended.stdout + ended.stderr, '');
    });
  }
});
