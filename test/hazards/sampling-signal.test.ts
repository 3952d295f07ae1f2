import assert from 'node:assert/strict';

import { answerOfWork, assertEnded, burner, runSource, waits } from '../support/children';

/** For programs: V8's own profiler, at 1 ms. */
const inspector = `
  const { Session } = require('node:inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 1000 });
  // By its own time, however often others have the core.
  function burnCpu(millis) {
    const since = process.cpuUsage();
    for (let used = 0; used < millis * 1000; ) {
      burn(5);
      const { user, system } = process.cpuUsage(since);
      used = user + system;
    }
  }
  const startInspector = () => session.post('Profiler.start');
  function stopInspector() {
    let hits = 0;
    session.post('Profiler.stop', (error, { profile }) => {
      for (const { callFrame, hitCount } of profile.nodes) if (callFrame.functionName === 'burn') hits += hitCount;
    });
    return hits;
  }`;

describe('the signal that V8 samples by', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('is handled while another profiler goes on, when the worker that had us has ended', async () => {
    const ended = await runSource(`${burner} ${inspector}
      const { Worker } = require('node:worker_threads');
      startInspector();
      const worker = new Worker(\`
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        while (launcher.query().samples < 10);
        launcher.cancel();\`, { eval: true });
      worker.on('exit', (code) => {
        burnCpu(200);
        console.log(code, stopInspector() > 0);
      });`);
    assertEnded(ended, { stdout: '0 true', stderr: '' });
  });

  it('reaches another profiler after we began, whatever our interval', async () => {
    const hits = await answerOfWork<Record<'alone' | 'beside', number>>(`
      ${inspector}
      const { SimpleLauncher } = require('ox-profile');
      // In turns, as other programs take the cores too.
      const hits = { alone: 0, beside: 0 };
      for (let round = 0; round < 5; round++) {
        for (const how of ['alone', 'beside']) {
          const launcher = how === 'beside' && SimpleLauncher.launch({ intervalMillis: 1000, maxOverhead: Infinity });
          startInspector();
          burnCpu(200);
          hits[how] += stopInspector();
          if (launcher) launcher.cancel();
        }
      }
      answer(hits);`);
    // With the signals of our interval alone it would be one in a thousand.
    assert.ok(hits.beside > hits.alone / 10, JSON.stringify(hits));
  });

  it('is not sent any more after cancel(), and so is free for the program', async () => {
    const ended = await runSource(`${waits} ${burner}
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
      workUntil(() => burn(5), () => launcher.query().samples >= 10);
      launcher.cancel();
      let came = 0;
      process.on('SIGPROF', () => came++);
      process.kill(process.pid, 'SIGPROF');
      until(() => came > 0).then(() => {
        burn(50);
        setImmediate(() => {
          process.removeAllListeners('SIGPROF');
          burn(50);
          console.log(came);
        });
      });`);
    assertEnded(ended, { stdout: '1', stderr: '' });
  });
});
