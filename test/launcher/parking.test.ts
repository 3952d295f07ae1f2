import assert from 'node:assert/strict';

import { answerOfWork } from '../support/children';

function answerOf<T>(source: string): Promise<T> {
  return answerOfWork(`
    const { SimpleLauncher } = require('ox-profile');
    let launcher;
    const parks = () => launcher.stats().parks.count;
    /** Has the loop wait once, for as long as it takes to be parked. */
    async function nap() {
      const before = parks();
      for (let millis = 100; ; millis *= 2) {
        await sleep(millis);
        if (parks() > before) return millis;
        if (millis > 10_000) throw new Error('It waited and was not parked');
      }
    }
    ${source}`);
}

describe('a thread whose event loop waits', () => {
  it('is parked, and its time is told right all the same', async () => {
    const seen = await answerOf<{
      parks: number;
      parked: number;
      idle: number;
      trueIdle: number;
      duration: number;
      inner: number;
      outer: number;
      naps: number;
    }>(`
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      await sleep(10);
      const outerBegan = performance.now();
      launcher.reset();
      const innerBegan = performance.now();
      const elu = performance.eventLoopUtilization();
      const before = launcher.stats().parks.millis;
      const naps = [];
      for (let i = 0; i < 4; i++) { naps.push(await nap()); burn(20); }
      // Most of a longer wait.
      naps.push(4 * Math.max(...naps));
      await sleep(naps[4]);
      const inner = performance.now() - innerBegan;
      const { sums } = launcher.profile();
      const { idle } = performance.eventLoopUtilization(elu);
      answer({
        parks: parks(),
        parked: launcher.stats().parks.millis - before,
        naps: naps.reduce((sum, each) => sum + each, 0),
        idle: sums.idleMillis,
        trueIdle: idle,
        duration: sums.durationMillis,
        inner,
        outer: performance.now() - outerBegan,
      });
      launcher.cancel();`);
    const message = JSON.stringify(seen);
    assert.ok(seen.parks >= 5, message);
    assert.ok(seen.parked > seen.naps / 3 && seen.parked <= seen.outer, message);
    // The clock of libuv and ours are read one after the other.
    assert.ok(Math.abs(seen.idle - seen.trueIdle) < 0.01 * seen.outer, message);
    assert.ok(seen.duration > 0.99 * seen.inner && seen.duration < 1.01 * seen.outer, message);
  });

  it('is sampled from the first moment that it works again, whatever woke it', async () => {
    const seen = await answerOf<Record<'onTimer' | 'onRequest' | 'later', number>>(`
      const http = require('node:http');
      const { once } = require('node:events');
      const { Worker } = require('node:worker_threads');
      // The same work each time: of CPU, as only a thread on a core is sampled.
      function work() {
        const began = process.cpuUsage().user;
        do burn(1); while (process.cpuUsage().user - began < 200_000);
      }
      function onTimer() { work(); }
      function onRequest() { work(); }
      function later() { work(); }
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      let before = parks();
      for (let millis = 100; parks() === before; millis *= 2) {
        await new Promise((resolve) => setTimeout(() => {
          if (parks() > before) onTimer();
          resolve();
        }, millis));
      }
      later();
      let worked = false;
      const server = http.createServer((request, response) => {
        if (parks() > before) { onRequest(); worked = true; }
        response.end();
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      // Asks from another thread, after a while in which this one has nothing to do.
      const ask = (port, millis) => new Worker(\`
        const http = require('node:http');
        const { port, millis } = require('node:worker_threads').workerData;
        require('ox-profile');
        setTimeout(() => http.get({ host: '127.0.0.1', port, agent: false }, (response) => response.resume()), millis);
      \`, { eval: true, workerData: { port, millis } });
      for (let millis = 200; !worked; millis *= 2) {
        const worker = ask(server.address().port, millis);
        await once(worker, 'online');
        before = parks();
        await once(worker, 'exit');
      }
      server.close();
      const hits = (name) => launcher.query({ thread: 0, filter: '^' + name + '$' }).records[0]?.hits ?? 0;
      answer({ onTimer: hits('onTimer'), onRequest: hits('onRequest'), later: hits('later') });
      launcher.cancel();`);
    assert.ok(seen.later > 20, JSON.stringify(seen));
    for (const hits of [seen.onTimer, seen.onRequest]) {
      assert.ok(hits > seen.later / 2, JSON.stringify(seen));
    }
  });

  it('is not parked where it works every few milliseconds, or when that is not wanted', async () => {
    const { turns, longWaits, wanted, unwanted } = await answerOf<
      Record<'turns' | 'longWaits' | 'wanted' | 'unwanted', number>
    >(`
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      // A machine that holds the process up for long makes waits of its own.
      let longWaits = 0;
      const started = parks();
      for (let short = 0; short < 200; ) {
        const began = performance.now();
        await sleep(4);
        if (performance.now() - began < 25) short++;
        else longWaits++;
        burn(2);
      }
      const turns = parks() - started;
      const before = parks();
      const millis = await nap();
      const wanted = parks() - before;
      launcher.cancel();
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity, parkAfterMillis: Infinity });
      await sleep(2 * millis);
      answer({ turns, longWaits, wanted, unwanted: parks() });
      launcher.cancel();`);
    assert.ok(turns <= longWaits, `${String(turns)} parks, ${String(longWaits)} long waits`);
    assert.ok(wanted > 0);
    assert.equal(unwanted, 0);
  });

  it('is parked in workers too, and pauses, changes and ends well', async () => {
    const seen = await answerOf<{ hits: number; idle: number; least: number; most: number }>(`
      launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const { once } = require('node:events');
      const { Worker } = require('node:worker_threads');
      const enough = new Int32Array(new SharedArrayBuffer(8));
      const before = parks();
      const made = performance.now();
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        parentPort.once('message', function late() {
          while (Atomics.load(workerData, 0) === 0) for (let i = 0; i < 1e4; i++) Math.sqrt(i);
        });
        Atomics.store(workerData, 1, 1);
      \`, { eval: true, workerData: enough });
      // This thread is at work all the while, so it is not the one that is parked.
      workUntil(() => burn(1), () => Atomics.load(enough, 1) === 1 && parks() > before);
      const parked = performance.now();
      burn(200);
      launcher.setInterval(3);
      launcher.query();
      const idle = performance.now() - parked;
      // Too quick for the worker to notice, perhaps.
      launcher.pause();
      launcher.unpause();
      worker.postMessage('work');
      const hits = () => launcher.query({ thread: 1, filter: '^late$' }).records[0]?.hits ?? 0;
      await until(() => hits() > 20);
      Atomics.store(enough, 0, 1);
      await once(worker, 'exit');
      answer({
        hits: hits(),
        idle: launcher.profile({ thread: 1 }).sums.idleMillis,
        least: idle,
        most: performance.now() - made,
      });
      launcher.cancel();`);
    assert.ok(seen.hits > 20, JSON.stringify(seen));
    assert.ok(seen.idle > 0.9 * seen.least && seen.idle <= seen.most, JSON.stringify(seen));
  });
});
