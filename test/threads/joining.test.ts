import assert from 'node:assert/strict';
import { join } from 'node:path';

import { assertEnded, answerOfProgram, burner, root, runSource, waits } from '../support/children';
import { answerOfThreads, workUntilTold } from '../support/workers';

const workerSource = `${workUntilTold}
  parentPort.postMessage({ execArgv: process.execArgv, env: process.env.ONLY ?? null });`;

/** Runs a worker with these options and tells what it and the launcher saw. */
function programWith(workerOptions: string): string {
  return `
    launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
    const worker = new Worker(${JSON.stringify(workerSource)}, ${workerOptions});
    const over = Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    await until(() => hits() > 20);
    worker.postMessage('enough');
    const [[message]] = await over;
    const { id, name, ended } = launcher.profile().threads[1];
    answer({ message, parent: process.execArgv, id, name, ended, all: hits(), own: hits({ thread: id }), main: hits({ thread: 'main' }) });
    launcher.cancel();`;
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
      const seen = await answerOfThreads<Seen>(programWith(options));
      assert.ok(seen.all > 20, JSON.stringify(seen));
      assert.equal(seen.own, seen.all);
      assert.equal(seen.main, 0);
      assert.match(seen.name, expected.name ?? /^worker \d+$/);
      assert.equal(seen.ended, true);
      assert.deepEqual(seen.message, { execArgv: expected.execArgv ?? seen.parent, env: expected.env ?? null });
    });
  }

  it('join where the process has flags that no worker may be given', async () => {
    const seen = await answerOfThreads<Seen>(programWith('{ eval: true }'), ['--max-old-space-size=200', '--expose-gc']);
    assert.ok(seen.all > 20, JSON.stringify(seen));
    assert.deepEqual(seen.message.execArgv, seen.parent);
    assert.equal(seen.parent[0], '--max-old-space-size=200');
  });

  it('join in ES modules, in classes that extend Worker, and from workers', async () => {
    const found = await answerOfThreads<number[]>(`
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const source = ${JSON.stringify(workUntilTold)};
      const { Worker: Imported } = await import('data:text/javascript,import { Worker } from "node:worker_threads"; export { Worker }');
      class Own extends Worker { constructor() { super(source, { eval: true }); } }
      const nested = 'const { Worker, parentPort } = require("node:worker_threads");' +
        'const inner = new Worker(' + JSON.stringify(source) + ', { eval: true });' +
        'parentPort.on("message", (message) => inner.postMessage(message)); inner.on("exit", () => parentPort.close())';
      const workers = [new Imported(source, { eval: true }), new Own(), new Worker(nested, { eval: true })];
      const exits = workers.map((worker) => once(worker, 'exit'));
      const each = () => launcher.profile().threads.map(({ id }) => hits({ thread: id }));
      // Of five threads three are at work.
      await until(() => each().filter((hits) => hits > 20).length >= 3);
      for (const worker of workers) worker.postMessage('enough');
      await Promise.all(exits);
      answer(each());
      launcher.cancel();`);
    assert.equal(found.length, 5, String(found));
    assert.deepEqual([found.filter((hits) => hits > 20).length, found.filter((hits) => hits === 0).length], [3, 2], String(found));
  });

  it('join also when their class was taken out of the module before the launch', async () => {
    const threads = await answerOfProgram<number>(`
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
    const seen = await answerOfProgram<unknown>(`
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
    const seen = await answerOfProgram<unknown>(`
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
    const { most, counted, joined } = await answerOfProgram<{ most: number; counted: number; joined: number }>(`${waits} ${burner}
      require('ox-profile');
      for (const file of Object.keys(require.cache)) delete require.cache[file];
      const { SimpleLauncher } = require('ox-profile');
      const began = performance.now();
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const launched = performance.now();
      // Counted twice, the time would be longer than that since the launch, however
      // long that took.
      until(() => {
        burn(20);
        const { samples, durationMillis } = launcher.query();
        const most = performance.now() - began;
        if (samples < 200 || most < 4 * (launched - began)) return false;
        answer({ most, counted: durationMillis, joined: launcher.stats().threads.joined });
        launcher.cancel();
        return true;
      });`);
    assert.equal(joined, 1);
    assert.ok(counted > 0 && counted <= most, `${String(counted)} of ${String(most)} ms`);
  });

  it('are left alone with threads: main, and after cancel()', async () => {
    const seen = await answerOfProgram<unknown>(`
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
    const codes = await answerOfProgram<string[]>(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch();
      const { Worker } = require('node:worker_threads');
      const codeOf = (...args) => { try { new Worker(...args); return 'none'; } catch ({ code }) { return code; } };
      answer([codeOf(), codeOf('relative.js'), codeOf('', { eval: true, execArgv: ['--no-such-flag'] }),
        codeOf('', { eval: true, execArgv: 'text' }), codeOf('', { eval: true, env: 5 }), codeOf('', 'text')]);
      launcher.cancel();`);
    const plain = await answerOfProgram<string[]>(`
      const { Worker } = require('node:worker_threads');
      const codeOf = (...args) => { try { new Worker(...args); return 'none'; } catch ({ code }) { return code; } };
      answer([codeOf(), codeOf('relative.js'), codeOf('', { eval: true, execArgv: ['--no-such-flag'] }),
        codeOf('', { eval: true, execArgv: 'text' }), codeOf('', { eval: true, env: 5 }), codeOf('', 'text')]);
      process.exit();`);
    assert.deepEqual(codes, plain);
    assert.ok(codes.slice(0, 3).every((code) => code.startsWith('ERR_')), String(codes));
  });

  it('that ran before join when they were preloaded into', async () => {
    const seen = await answerOfProgram<{ hits: number; late: number; notes: string[] }>(
      `${waits}
      const { once } = require('node:events');
      (async () => {
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(`${burner}
        function inWorker() { return burn(50); }
        const { parentPort } = require('node:worker_threads');
        const timer = setInterval(inWorker, 1);
        parentPort.on('message', () => { clearInterval(timer); parentPort.close(); });
        // Older then than the youngest that join late.
        inWorker();
        inWorker();
        parentPort.postMessage('up');`)}, { eval: true });
      await once(worker, 'message');
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const inWorker = () => launcher.query({ filter: '^inWorker$' });
      await until(() => inWorker().records[0]?.hits > 20);
      worker.postMessage('end');
      await once(worker, 'exit');
      const { records, notes } = inWorker();
      answer({ hits: records[0].hits, late: launcher.stats().threads.joinedLate, notes });
      launcher.cancel();
      })();`,
      ['--require', join(root, 'dist', 'index.js')],
    );
    assert.ok(seen.hits > 20, JSON.stringify(seen));
    assert.equal(seen.late, 1, JSON.stringify(seen));
    assert.ok(seen.notes.some((note) => note.includes('1 threads ran before')), String(seen.notes));
  });
});

describe('a program with workers', () => {
  for (const [how, code, expected] of [
    ['process.exit(3) in the main thread', 'process.exit(3);', 3],
    ['an error in a worker', 'worker.postMessage("throw"); worker.on("error", () => { process.exitCode = 4; });', 4],
    ['terminate()', 'worker.terminate();', 0],
  ] as const) {
    it(`ends as it would without, by ${how}`, async () => {
      const ended = await runSource(`${waits}
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        const { Worker } = require('node:worker_threads');
        const worker = new Worker(${JSON.stringify(`${burner}
          require('node:worker_threads').parentPort.on('message', () => { throw new Error('on purpose'); });
          setInterval(() => burn(20), 1);`)}, { eval: true });
        // While it is sampled.
        until(() => launcher.query({ filter: '^burn$' }).records[0]?.hits > 0).then(() => { ${code} });`);
      assertEnded(ended, { code: expected, stdout: '', stderr: '' });
    });
  }
});
