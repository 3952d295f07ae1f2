import { assertEnded, runSource, waits } from '../support/children';

const workUntilSampled = `
  workUntil(() => JSON.parse('[1, 2, 3]'), () => launcher.query().samples > 0);`;

/** A program with a worker that posts its samples, then does `last`. */
const worker = (last: string): string => `
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(${JSON.stringify(`
    ${waits}
    const { SimpleLauncher } = require('ox-profile');
    const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
    ${workUntilSampled}
    require('node:worker_threads').parentPort.postMessage(launcher.query().samples);
    ${last}`)}, { eval: true });
  worker.once('message', (samples) => console.log(samples > 0));`;

/** Of each kind that is terminated at work; it is a matter of chance in which call. */
const WORKERS = 10;

describe('a worker that is profiled', () => {
  for (const [how, source] of Object.entries({
    'runs out of work': worker(''),
    'calls process.exit()': worker('process.exit(0)'),
    'is terminated at work': `${worker('while (true);')} worker.once('message', () => worker.terminate());`,
    'is terminated while it waits': `${worker('setInterval(() => {}, 1000)')} worker.once('message', () => worker.terminate());`,
  })) {
    it(`ends the process as usual when it ${how}`, async () => {
      const all = Array.from({ length: 3 }, () => runSource(source));
      for (const ended of await Promise.all(all)) assertEnded(ended, { stdout: 'true', stderr: '' });
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
        ${waits}
        const { Worker } = require('node:worker_threads');
        const source = \`
          const { SimpleLauncher, CountingRecorder, Sampler } = require('ox-profile');
          const { observe } = require('ox-profile/observe');
          const recorder = new CountingRecorder();
          const sampler = new Sampler(recorder);
          const rounds = require('node:worker_threads').workerData;
          const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
          for (;;) { ${loop}; Atomics.add(rounds, 0, 1); }
        \`;
        (async () => {
          for (let i = 0; i < ${String(WORKERS)}; i++) {
            const rounds = new Int32Array(new SharedArrayBuffer(4));
            const worker = new Worker(source, { eval: true, workerData: rounds });
            // At another point of its work each time.
            await until(() => rounds[0] > i);
            await worker.terminate();
          }
          console.log('done');
        })();`);
      assertEnded(ended, { stdout: 'done', stderr: '' });
    });
  }

  it('leaves the profiler to others when it has ended', async () => {
    const ended = await runSource(`
      ${waits}
      ${worker('')}
      worker.once('exit', () => {
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        ${workUntilSampled}
        console.log(launcher.query().samples > 0);
      });`);
    assertEnded(ended, { stdout: 'true\ntrue', stderr: '' });
  });
});
