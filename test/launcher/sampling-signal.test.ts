import assert from 'node:assert/strict';

import { answerOfWork } from '../support/children';

/**
 * For a worker: looks at the main thread through the system's eyes, with functions
 *
 * - `holds()`: whether SIGPROF is held back there at this moment
 * - `waits()`: in which of its waits for events it is, told by the arguments of the system
 *   call; undefined where it does anything else
 */
const looks = `
  const { closeSync, openSync, readSync } = require('node:fs');
  const { parentPort, workerData: { state } } = require('node:worker_threads');
  const bytes = Buffer.alloc(8192);
  const files = ['status', 'syscall'].map((name) => openSync('/proc/self/task/' + process.pid + '/' + name));
  const read = (file) => bytes.latin1Slice(0, readSync(file, bytes, 0, bytes.length, 0));
  const SIGPROF = BigInt(1 << require('node:os').constants.signals.SIGPROF - 1);
  const holds = () => (BigInt('0x' + /^SigBlk:\\s*(\\w+)/m.exec(read(files[0]))[1]) & SIGPROF) !== 0n;
  const EPOLL_PWAIT = { x64: '281', arm64: '22' }[process.arch];
  const waits = () => {
    const call = read(files[1]);
    const [number, , , , timeout] = call.split(' ');
    return number === EPOLL_PWAIT && timeout !== '0x0' ? call : undefined;
  };`;

/** For the main thread: a worker that runs \`source\` behind \`looks\` and answers once for each message. */
const withLooker = (source: string): string => `
  const { SimpleLauncher } = require('ox-profile');
  const { once } = require('node:events');
  const { Worker } = require('node:worker_threads');
  const state = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(${JSON.stringify(looks + source)}, { eval: true, workerData: { state } });
  await once(worker, 'online');
  const launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity, threads: 'main' });
  launcher.start();`;

describe('the sampling signal', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('is held back in each wait of the event loop, even one that begins with new descriptors', async () => {
    const held = await answerOfWork<Record<string, boolean[]>>(`
      ${withLooker(`
        // state[0] is how many waits are to be looked at, by now.
        for (let seen = 0; seen < 40; seen++) {
          Atomics.wait(state, 0, seen);
          let held, wait;
          do {
            wait = waits();
            held = holds();
          } while (wait === undefined || waits() !== wait);
          parentPort.postMessage(held);
        }`)}
      const { createServer } = require('node:net');
      const servers = [];
      const look = async () => {
        // libuv hands it to the system only when it looks for events the next time. None is
        // closed before the end: with something to close the loop does not wait.
        const server = createServer().listen(0, '127.0.0.1');
        servers.push(server);
        await once(server, 'listening');
        Atomics.add(state, 0, 1);
        Atomics.notify(state, 0);
        return (await once(worker, 'message'))[0];
      };
      const held = { paused: [], running: [] };
      for (let i = 0; i < 20; i++) held.paused.push(await look());
      launcher.unpause();
      for (let i = 0; i < 20; i++) held.running.push(await look());
      for (const server of servers) server.close();
      launcher.cancel();
      answer(held);`);
    const all = Array.from({ length: 20 }, () => true);
    assert.deepEqual(held, { paused: all, running: all });
  });

  it('is left alone where the event loop looks for events and does not wait', async () => {
    const { held, turns } = await answerOfWork<{ held: number; turns: number }>(`
      ${withLooker(`
        // state[0] counts the turns. Each look is at another one.
        const LOOKS = 1000;
        let held = 0;
        for (let i = 0, last = 0; i < LOOKS; i++) {
          while (Atomics.load(state, 0) === last);
          last = Atomics.load(state, 0);
          if (holds()) held++;
        }
        parentPort.postMessage({ held, turns: LOOKS });`)}
      let seen;
      worker.once('message', (message) => (seen = message));
      (function turn() {
        Atomics.add(state, 0, 1);
        if (seen === undefined) return setImmediate(turn);
        launcher.cancel();
        answer(seen);
      })();`);
    // Some four samples a second are taken at rest, and a handler holds back its own signal: less
    // than one turn in a thousand. Were it held in each look for events, it would be seen in one turn
    // of twenty.
    assert.ok(held <= turns / 100, `held in ${String(held)} of ${String(turns)} looks`);
  });
});
