'use strict';

// Hundreds of workers, a few at once, which end in every way there is, while
// the launcher samples and is asked all the time. Tells what is left of them.

const { readdirSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');

const { SimpleLauncher } = require('ox-profile');
const { observe } = require('ox-profile/observe');

const { answer, options } = require('./answer.js');

const { workers: count = 500, atOnce = 8, maxNodes = 20_000 } = options();

const launcher = SimpleLauncher.launch({
  intervalMillis: 1,
  maxOverhead: Infinity,
  parkAfterMillis: 2,
  maxNodes,
});
// Only now, so that it is the class that has its workers join.
const { Worker } = require('node:worker_threads');

const file = require.resolve('./worker-storm-worker.js');
let workMillis = 0;
let ended = 0;
const exits = {};

/** Starts a worker of `kind` and says what it is terminated by, if it is. */
const kinds = {
  works: () => undefined,
  exits: () => undefined,
  throws: () => undefined,
  'is terminated at once': (worker) => worker.terminate(),
  'is terminated when online': (worker) => worker.once('online', () => worker.terminate()),
  'is terminated at work': (worker, i) =>
    worker.once('message', () => setTimeout(() => worker.terminate(), i % 11)),
  'is terminated in a drain': (worker) =>
    worker.once('message', () => {
      launcher.query();
      void worker.terminate();
    }),
  'is terminated while asked': (worker) =>
    worker.once('message', () => {
      void observe().stacks({ timeoutMillis: 5 });
      void worker.terminate();
    }),
  'is terminated in its exit listener': (worker) =>
    worker.once('message', () => worker.terminate()),
  'is terminated while parked': (worker, i) =>
    worker.once('message', () => setTimeout(() => worker.terminate(), 60 + (i % 7))),
};
const kindNames = Object.keys(kinds);

function runWorker(i) {
  const kind = kindNames[i % kindNames.length];
  const worker = new Worker(file, { workerData: { kind }, name: `${kind} ${i}` });
  worker.on('error', () => {});
  worker.on('message', ({ millis }) => (workMillis += millis ?? 0));
  kinds[kind](worker, i);
  return new Promise((resolve) =>
    worker.once('exit', (code) => {
      exits[`${kind}: ${code}`] = (exits[`${kind}: ${code}`] ?? 0) + 1;
      ended++;
      resolve();
    }),
  );
}

async function ask() {
  for (let i = 0; ended < count; i++) {
    launcher.query();
    if (i % 10 === 3) launcher.show();
    if (i % 10 === 6) launcher.profile();
    if (i % 10 === 9) launcher.stats();
    if (i % 25 === 24) await observe().stacks({ timeoutMillis: 5 });
    await delay(1);
  }
}

const systemThreads = () =>
  process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0;

function measure() {
  globalThis.gc();
  const { table, threads } = launcher.stats();
  const all = launcher.profile().threads;
  return {
    rssMegabytes: process.memoryUsage.rss() / 2 ** 20,
    nodes: table.nodes,
    frames: table.frames,
    joined: threads.joined,
    endedApart: all.filter(({ ended, id }) => ended && id !== -1).length,
    alive: all.filter(({ ended }) => !ended).length,
    systemThreads: systemThreads(),
  };
}

async function storm(from, to) {
  let next = from;
  const lane = async () => {
    while (next < to) await runWorker(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function main() {
  const asking = ask();
  const before = measure();
  await storm(0, count / 2);
  const halfway = measure();
  await storm(count / 2, count);
  await asking;
  const after = measure();
  const find = (options) =>
    launcher.profile(options).topFunctions({ filter: /^stormWork$/, limit: Infinity });
  const [found] = find();
  answer({
    before,
    halfway,
    after,
    exits,
    workMillis,
    foundMillis: found?.wallMillis ?? 0,
    foundHits: found?.hits ?? 0,
    hitsOfEarlier: find({ thread: -1 })[0]?.hits ?? 0,
    parks: launcher.stats().parks.count,
    lost: launcher.stats().samples.lost,
  });
  launcher.cancel();
}

void main();
