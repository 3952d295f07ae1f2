import assert from 'node:assert/strict';

import { killWhenReady, runNode, runSource, type Ended } from '../support/children';

const states = {
  running: `
    const launcher = require('ox-profile').SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });`,
  paused: `
    const launcher = require('ox-profile').SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
    launcher.pause();`,
  cancelled: `
    const launcher = require('ox-profile').SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
    launcher.cancel();`,
  new: `
    const { SimpleLauncher } = require('ox-profile');
    const launcher = new SimpleLauncher();`,
};

const work = `
  const end = performance.now() + 60;
  while (performance.now() < end) JSON.parse('[1, 2, 3]');`;

/** As long as it takes until a launcher that runs has samples. */
const workUntilSampled = `
  const patience = performance.now() + 30_000;
  do { ${work} } while (launcher.query().samples === 0 && performance.now() < patience);`;

/** What a program is told to do last, and how it has to end. */
const endings: Record<string, { source: string; code: number; stderr?: RegExp }> = {
  'runs out of work': { source: '', code: 0 },
  'runs out of work after a timer': { source: 'setTimeout(() => {}, 30)', code: 0 },
  'calls process.exit()': { source: 'process.exit()', code: 0 },
  'calls process.exit(7)': { source: 'process.exit(7)', code: 7 },
  'calls process.exit(7) from a timer': {
    source: 'setTimeout(() => process.exit(7), 20)',
    code: 7,
  },
  'calls process.exit(7) from an exit listener': {
    source: "process.on('exit', () => { launcher.isAlive(); process.exit(7); })",
    code: 7,
  },
  'sets process.exitCode': { source: 'process.exitCode = 5', code: 5 },
  'throws': { source: "throw new Error('on purpose')", code: 1, stderr: /on purpose/ },
  'throws from a timer': {
    source: "setTimeout(() => { throw new Error('on purpose'); }, 20)",
    code: 1,
    stderr: /on purpose/,
  },
  'rejects': { source: "Promise.reject(new Error('on purpose'))", code: 1, stderr: /on purpose/ },
};

function assertEnded(ended: Ended, code: number): void {
  assert.deepEqual([ended.code, ended.signal], [code, null], ended.stderr);
}

describe('a program that is profiled ends as it would without', () => {
  for (const [state, start] of Object.entries(states)) {
    for (const [how, { source, code, stderr }] of Object.entries(endings)) {
      it(`when it ${how} while ${state}`, async () => {
        // Some faults of a dying process show only now and then.
        for (let i = 0; i < 3; i++) {
          const ended = await runSource(`${start}${work}${source}`);
          assertEnded(ended, code);
          assert.equal(ended.stdout, '');
          if (stderr) assert.match(ended.stderr, stderr);
          else assert.equal(ended.stderr, '');
        }
      });
    }

    it(`when it gets SIGTERM while ${state}`, async function () {
      if (process.platform === 'win32') this.skip();
      const ended = await killWhenReady(
        `${start}${work} console.log('ready'); setInterval(() => {}, 1000);`,
        'SIGTERM',
      );
      assert.deepEqual([ended.code, ended.signal], [null, 'SIGTERM'], ended.stderr);
    });

    it(`when it handles SIGTERM itself while ${state}`, async function () {
      if (process.platform === 'win32') this.skip();
      const ended = await killWhenReady(
        `${start}${work}
        process.on('SIGTERM', () => process.exit(9));
        console.log('ready');
        setInterval(() => {}, 1000);`,
        'SIGTERM',
      );
      assertEnded(ended, 9);
    });
  }

  it('and can be asked for results in an exit listener', async () => {
    const ended = await runSource(`
      ${states.running}
      process.on('exit', () => console.log(launcher.query().samples > 0));
      ${workUntilSampled}`);
    assertEnded(ended, 0);
    assert.equal(ended.stdout.trim(), 'true');
  });
});

describe('a worker that is profiled', () => {
  const worker = (last: string): string => `
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(\`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
      ${workUntilSampled}
      require('node:worker_threads').parentPort.postMessage(launcher.query().samples);
      ${last}
    \`, { eval: true });
    worker.once('message', (samples) => console.log(samples > 0));`;

  for (const [how, source] of Object.entries({
    'runs out of work': worker(''),
    'calls process.exit()': worker('process.exit(0)'),
    'is terminated at work': `${worker('while (true);')} worker.once('message', () => worker.terminate());`,
    'is terminated while it waits': `${worker('setInterval(() => {}, 1000)')} worker.once('message', () => worker.terminate());`,
  })) {
    it(`ends the process as usual when it ${how}`, async () => {
      for (let i = 0; i < 3; i++) {
        const ended = await runSource(source);
        assertEnded(ended, 0);
        assert.equal(ended.stdout.trim(), 'true', ended.stderr);
      }
    });
  }

  // In a worker that is being terminated Node-API refuses call after call.
  for (const [what, loop] of Object.entries({
    'queries a launcher': 'launcher.query(); launcher.tracker.stats()',
    'shows a launcher': 'launcher.show()',
    'pauses and unpauses': 'launcher.pause(); launcher.unpause(); launcher.setInterval(1)',
    'makes launchers': 'new SimpleLauncher()',
    'records and samples':
      "recorder.record([{ name: 'a' }, { name: 'b' }]); sampler.run(); recorder.query(); new CountingRecorder()",
    'asks what the threads do': 'void observe().stacks()',
    'asks for their counts': 'void observe().profile(); observe().stalls()',
  })) {
    it(`is terminated without harm while it ${what}`, async () => {
      const ended = await runSource(`
        const { Worker } = require('node:worker_threads');
        const source = \`
          const { SimpleLauncher, CountingRecorder, Sampler } = require('ox-profile');
          const { observe } = require('ox-profile/observe');
          const recorder = new CountingRecorder();
          const sampler = new Sampler(recorder);
          const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
          require('node:worker_threads').parentPort.postMessage('ready');
          for (;;) { ${loop} }
        \`;
        (async () => {
          for (let i = 0; i < 20; i++) {
            const worker = new Worker(source, { eval: true });
            await new Promise((resolve) => worker.once('message', resolve));
            await new Promise((resolve) => setTimeout(resolve, i % 7));
            await worker.terminate();
          }
          console.log('done');
        })();`);
      assertEnded(ended, 0);
      assert.equal(ended.stdout.trim(), 'done', ended.stderr);
    });
  }

  it('leaves the profiler to others when it has ended', async () => {
    const ended = await runSource(`
      ${worker('')}
      worker.once('exit', () => {
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        ${workUntilSampled}
        console.log(launcher.query().samples > 0);
      });`);
    assertEnded(ended, 0);
    assert.equal(ended.stdout.trim(), 'true\ntrue', ended.stderr);
  });
});

describe('the event loop', () => {
  it('is not held open by a running launcher', async () => {
    const ended = await runSource(`${states.running} setImmediate(() => {});`);
    assertEnded(ended, 0);
  });

  it('gets no listeners, timers, globals or flags of V8 of ours', async () => {
    const ended = await runSource(`
      const { cachedDataVersionTag } = require('node:v8');
      const seen = () => JSON.stringify({
        // Of V8's version and flags, the processor's features as well.
        flags: cachedDataVersionTag(),
        globals: Object.getOwnPropertyNames(globalThis).sort(),
        listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
        resources: process.getActiveResourcesInfo(),
        prepare: Error.prepareStackTrace,
        limit: Error.stackTraceLimit,
      });
      const before = seen();
      ${states.running}
      ${work}
      launcher.show();
      console.log(seen() === before ? 'same' : before + seen());`);
    assert.equal(ended.stdout.trim(), 'same', ended.stderr);
  });
});

describe('the sampling thread', () => {
  it('wakes for nothing while paused, and is gone after cancel()', async function () {
    if (process.platform !== 'linux') this.skip();
    const ended = await runSource(`
      const { readdirSync, readFileSync } = require('node:fs');
      const read = (task, file) => {
        try {
          return readFileSync('/proc/self/task/' + task + '/' + file, 'utf8');
        } catch {
          return '';  // It has ended since.
        }
      };
      const threads = () => readdirSync('/proc/self/task')
        .filter((task) => read(task, 'comm').trim() === 'ox-profile');
      const wakes = () => threads().map((task) =>
        Number(/^voluntary_ctxt_switches:\\s+(\\d+)/m.exec(read(task, 'status'))[1]));
      ${states.running}
      ${work}
      launcher.pause();
      setTimeout(() => {
        const before = wakes();
        setTimeout(() => {
          const after = wakes();
          launcher.cancel();
          // The system takes a thread off its list a moment after it has ended.
          const patience = performance.now() + 5000;
          while (threads().length > 0 && performance.now() < patience);
          console.log(JSON.stringify([before.length, after[0] - before[0], threads().length]));
        }, 2500);
      }, 100);`);
    assertEnded(ended, 0);
    assert.equal(ended.stdout.trim(), '[1,0,0]', ended.stderr);
  });
});

describe('codeLogging: lazy', () => {
  it('samples too, and says what it does not know', async () => {
    const ended = await runNode([
      '--eval',
      `const { SimpleLauncher } = require('ox-profile');
      const launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity, codeLogging: 'lazy', lateCode: 'leave' });
      launcher.start();
      const deadline = Date.now() + 30_000;
      for (let round = 1; round <= 3; round++) {
        launcher.unpause();
        while (launcher.query().samples < 20 * round && Date.now() < deadline) {
          ${work}
        }
        launcher.pause();
      }
      const { samples, notes } = launcher.query();
      console.log(samples >= 60, notes.length);
      launcher.cancel();`,
    ]);
    assert.equal(ended.stdout.trim(), 'true 1', ended.stderr);
    assertEnded(ended, 0);
  });
});
