import assert from 'node:assert/strict';

import { answerOfWork } from '../support/children';

function answerOf<T>(source: string): Promise<T> {
  return answerOfWork(`
    const { SimpleLauncher } = require('ox-profile');
    // Until it is so; parks wait for CPU like everything else.
    const until = async (done) => { for (let i = 0; i < 400 && !done(); i++) await sleep(i < 2 ? 1000 : 200); };
    ${source}`);
}

describe('a thread whose event loop waits', () => {
  it('is parked, and its time is told right all the same', async () => {
    const seen = await answerOf<{ parks: number; profiled: number; true: number; millis: number; parked: number }>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      await sleep(10);
      launcher.reset();
      const began = performance.now();
      const elu = performance.eventLoopUtilization();
      for (let i = 0; i < 4; i++) { await sleep(700); burn(60); }
      const { idle } = performance.eventLoopUtilization(elu);
      const millis = performance.now() - began;
      const { sums } = launcher.profile();
      const { parks } = launcher.stats();
      answer({ parks: parks.count, parked: parks.millis, profiled: sums.idleMillis / sums.durationMillis, true: idle / millis, millis });
      launcher.cancel();`);
    assert.ok(seen.parks >= 3, `${String(seen.parks)} parks`);
    assert.ok(seen.parked > seen.millis / 3, `${String(seen.parked)} of ${String(seen.millis)} ms`);
    assert.ok(Math.abs(seen.profiled - seen.true) < 0.01, `${String(seen.profiled)} of ${String(seen.true)}`);
  });

  it('is sampled from the first moment that it works again, whatever woke it', async () => {
    const seen = await answerOf<{ timer: number; request: number; parks: number }>(`
      const http = require('node:http');
      function onRequest() { return burn(500); }
      function onTimer() { return burn(500); }
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const { Worker } = require('node:worker_threads');
      const server = http.createServer((request, response) => { onRequest(); response.end(); });
      server.listen(0, '127.0.0.1', async () => {
        // Asks from another thread, after a while in which this one has nothing to do.
        const worker = new Worker(\`const http = require('node:http');
          setTimeout(() => http.get({ host: '127.0.0.1', port: \${server.address().port}, agent: false }, (response) => response.resume()), 1500)\`, { eval: true });
        worker.on('exit', () => setTimeout(() => {
          onTimer();
          const hits = (name) => launcher.query({ filter: '^' + name + '$' }).records[0]?.hits ?? 0;
          answer({ timer: hits('onTimer'), request: hits('onRequest'), parks: launcher.stats().parks.count });
          launcher.cancel();
          server.close();
        }, 1500));
      });`);
    assert.ok(seen.parks >= 2, String(seen.parks));
    for (const hits of [seen.timer, seen.request]) assert.ok(hits > 20, JSON.stringify(seen));
  });

  it('is not parked where it works every few milliseconds, or when that is not wanted', async () => {
    const [turns, never] = await answerOf<[number, number]>(`
      const parks = async (options, work) => {
        const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity, ...options });
        await work();
        const { count } = launcher.stats().parks;
        launcher.cancel();
        return count;
      };
      answer([
        await parks({}, async () => { for (let i = 0; i < 200; i++) { await sleep(4); burn(2); } }),
        await parks({ parkAfterMillis: Infinity }, () => sleep(1500)),
      ]);`);
    // A machine that holds the process up for long may park it now and then.
    assert.ok(turns <= 10, String(turns));
    assert.equal(never, 0);
  });

  it('is parked in workers too, and pauses, changes and ends well', async () => {
    const seen = await answerOf<{ parks: number; hits: number; idle: number }>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
      const { Worker } = require('node:worker_threads');
      const worker = new Worker('setTimeout(function late() { const end = Date.now() + 1000; while (Date.now() < end); }, 2500)', { eval: true });
      await sleep(1200);
      launcher.setInterval(3);
      launcher.query();
      await sleep(300);
      launcher.pause();
      launcher.unpause();
      await require('node:events').once(worker, 'exit');
      const { sums } = launcher.profile({ thread: 1 });
      answer({ parks: launcher.stats().parks.count, idle: sums.idleMillis,
        hits: launcher.query({ thread: 1, filter: '^late$' }).records[0]?.hits ?? 0 });
      launcher.cancel();`);
    assert.ok(seen.parks >= 2, String(seen.parks));
    assert.ok(seen.hits > 20, String(seen.hits));
    assert.ok(seen.idle > 1500, String(seen.idle));
  });
});

interface Stats {
  overhead: { share: number; budget: number; millis: Record<string, number> };
  interval: { askedMillis: number; currentMillis: number };
  samples: { taken: number; dropped: number; truncated: number; lost: number };
  drains: { count: number; meanMillis: number; worstMillis: number };
  table: { nodes: number; maxNodes: number };
}

const deepProgram = (options: string): string => `
  const launcher = SimpleLauncher.launch({ intervalMillis: 0.1, ${options} });
  function deep(n) { if (n > 0) return deep(n - 1) + 1; burn(50); return launcher.stats(); }
  let stats;
  const end = performance.now() + 30_000;
  let calm = 0;
  // Three times in a row below the budget, or half a minute.
  while (performance.now() < end && calm < 3) {
    for (let i = 0; i < 20; i++) launcher.stats(deep(230));
    stats = launcher.stats();
    calm = stats.overhead.share > 0 && stats.overhead.share <= stats.overhead.budget ? calm + 1 : 0;
    await sleep(0);
  }
  answer({ stats, calm, notes: launcher.query().notes });
  launcher.cancel();`;

describe('maxOverhead', () => {
  it('settles below the budget at a tenth of a millisecond with deep stacks, and says so', async () => {
    const { stats, calm, notes } = await answerOf<{ stats: Stats; calm: number; notes: string[] }>(deepProgram('maxOverhead: 0.02'));
    assert.equal(calm, 3, JSON.stringify(stats.overhead));
    assert.equal(stats.interval.askedMillis, 0.1);
    assert.ok(stats.interval.currentMillis > 0.3, String(stats.interval.currentMillis));
    assert.ok(notes.some((note) => note.includes('lengthened from 0.1')), String(notes));
  });

  it('shortens the interval again when there is room, never beyond what was asked', async () => {
    const [lengthened, shortened, asked] = await answerOf<[number, number, number]>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 0.1, maxOverhead: 0.03 });
      const current = () => launcher.stats().interval.currentMillis;
      for (let i = 0; i < 600 && current() === 0.1; i++) { burn(45); await sleep(0); }
      let lengthened = current();
      // Nothing to do: the thread is parked most of the time.
      for (let i = 0; i < 60 && current() >= lengthened; i++) {
        await sleep(500);
        lengthened = Math.max(lengthened, current());
      }
      answer([lengthened, current(), 0.1]);
      launcher.cancel();`);
    assert.ok(lengthened > asked, String(lengthened));
    assert.ok(shortened < lengthened && shortened >= asked, String(shortened));
  });

  it('leaves the interval alone when there is no limit', async () => {
    const stats = await answerOf<Stats>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 0.2, maxOverhead: Infinity });
      for (let i = 0; i < 30; i++) { burn(50); await sleep(0); }
      answer(launcher.stats());
      launcher.cancel();`);
    assert.equal(stats.interval.currentMillis, 0.2);
    assert.ok(stats.overhead.share > 0);
  });
});

describe('stats()', () => {
  it('tells costs by part, drains, samples and the size of the table', async () => {
    const { stats, samples, dropped } = await answerOf<{ stats: Stats; samples: number; dropped: number }>(`
      const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity, maxNodes: 100 });
      function tooDeep(n) { if (n > 0) return tooDeep(n - 1) + 1; return burn(500); }
      burn(500);
      tooDeep(400);
      launcher.pause();  // no drain between the two answers
      const { droppedSamples, samples } = launcher.query();
      answer({ stats: launcher.stats(), samples, dropped: droppedSamples });
      launcher.cancel();`);
    assert.ok(stats.samples.taken >= samples, JSON.stringify(stats.samples));
    assert.ok(stats.samples.truncated > 50 && stats.samples.truncated < samples, JSON.stringify(stats.samples));
    assert.equal(stats.samples.dropped, dropped);
    assert.ok(dropped > 50, String(dropped));
    assert.equal(stats.samples.lost, 0);
    assert.ok(stats.drains.count > 0 && stats.drains.worstMillis >= stats.drains.meanMillis);
    assert.ok(stats.table.nodes > 0 && stats.table.nodes <= 100);
    assert.equal(stats.table.maxNodes, 100);
    const { drains, signals, samplingThread } = stats.overhead.millis;
    assert.ok([drains, signals, samplingThread].every((millis) => Number(millis) > 0), JSON.stringify(stats.overhead));
  });

  it('begins anew with each start()', async () => {
    const [before, after] = await answerOf<[number, number]>(`
      let launcher = SimpleLauncher.launch({ intervalMillis: 1 });
      burn(200);
      launcher.query();
      const before = launcher.stats().samples.taken;
      launcher.cancel();
      launcher = new SimpleLauncher();
      launcher.start();
      answer([before, launcher.stats().samples.taken]);
      launcher.cancel();`);
    assert.ok(before > 0);
    assert.equal(after, 0);
  });
});
