'use strict';

// Hundreds of workers, a few at once, which end in every way there is, while
// the launcher samples and is asked all the time. Tells what is left of them,
// and beside it what was known of each when it had ended.

const { readdirSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');

const { SimpleLauncher } = require('ox-profile');
const { observe } = require('ox-profile/observe');

const { answer, now, options } = require('./answer.js');

const { workers: count = 500, atOnce = 8, maxNodes = 20_000, samplesOfEach = 20 } = options();

const launcher = SimpleLauncher.launch({
  intervalMillis: 1,
  maxOverhead: Infinity,
  parkAfterMillis: 2,
  maxNodes,
});
// Only now, so that it is the class that has its workers join.
const { Worker } = require('node:worker_threads');

const file = require.resolve('./worker-storm-worker.js');
const exits = {};
/** Of each worker that works: its id, how long it worked, and what was found of that. */
const works = [];
/** What the storm waits for, besides its workers. */
const awaited = new Set();

/** Calls `then` when `holds()`, which is looked at after each question. `tell()` says
 * what there was instead, where it never does. */
function when(holds, then, tell) {
  awaited.add({ holds, then, tell, deadline: now() + 60_000 });
}

function look() {
  for (const each of awaited) {
    if (each.holds()) {
      awaited.delete(each);
      each.then();
    } else if (now() > each.deadline) {
      const { samples, threads, parks } = launcher.stats();
      const state = JSON.stringify({ ...each.tell(), samples, threads, parks });
      throw new Error(`in vain for a minute: ${each.holds}: ${state}`);
    }
  }
}

/**
 * What is known of a thread's stormWork(), and how long the collector and the
 * profiler had the thread; zeros for one that has not joined yet.
 */
function workOf(thread) {
  try {
    const { records, gcMillis, profilerMillis } = launcher.query({ thread, filter: '^stormWork$' });
    const { hits = 0, wallMillis = 0 } = records[0] ?? {};
    return { hits, wallMillis, otherMillis: gcMillis + profilerMillis };
  } catch (error) {
    if (error.code !== 'ERR_PROFILER_UNKNOWN_THREAD') throw error;
    return { hits: 0, wallMillis: 0, otherMillis: 0 };
  }
}

/** Lets a worker work until it has been sampled often enough. */
function letWork(worker, i, stop) {
  const { threadId: id } = worker;
  let sampledAlive = 0;
  let millis = 0;
  const enough = () => (sampledAlive = workOf(id).hits) >= samplesOfEach;
  when(
    enough,
    () => Atomics.store(stop, 0, 1),
    () => ({ id, sampledAlive, of: launcher.profile().threads.find((thread) => thread.id === id) }),
  );
  worker.on('message', (message) => (millis = message.millis));
  worker.once('exit', () => {
    works.push({ id, millis, sampledAlive, ...workOf(id) });
  });
}

/** What is done to a worker of each kind. */
const kinds = {
  works: letWork,
  exits: letWork,
  throws: letWork,
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
  // What is parked next is mostly the worker: this thread has no rest.
  'is terminated while parked': (worker, i) =>
    worker.once('message', () => {
      const parks = () => launcher.stats().parks.count;
      const before = parks();
      when(
        () => parks() > before,
        () => setTimeout(() => worker.terminate(), i % 7),
        () => ({ before }),
      );
    }),
};
const kindNames = Object.keys(kinds);

function runWorker(i) {
  const kind = kindNames[i % kindNames.length];
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(file, {
    workerData: { kind, stop: stop.buffer },
    name: `${kind} ${i}`,
  });
  worker.on('error', () => {});
  kinds[kind](worker, i, stop);
  return new Promise((resolve) =>
    worker.once('exit', (code) => {
      exits[`${kind}: ${code}`] = (exits[`${kind}: ${code}`] ?? 0) + 1;
      resolve();
    }),
  );
}

let isOver = false;

async function ask() {
  for (let i = 0; !isOver; i++) {
    launcher.query();
    look();
    if (i % 10 === 3) launcher.show();
    if (i % 10 === 6) launcher.profile();
    if (i % 10 === 9) launcher.stats();
    if (i % 25 === 24) await observe().stacks({ timeoutMillis: 5 });
    await delay(1);
  }
}

/** The storm comes in so many parts, after each of which is measured. */
const PARTS = 10;

/** The threads that ended first, together. */
const EARLIER = -1;

const systemThreads = () =>
  process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0;

/** The system may list a thread for a moment longer that has been joined. */
async function systemThreadsLeft(before) {
  const deadline = now() + 10_000;
  while (systemThreads() > before && now() < deadline) await delay(1);
  return systemThreads();
}

function measure() {
  globalThis.gc();
  const { table, threads } = launcher.stats();
  const all = launcher.profile().threads;
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return {
    // How much room V8 keeps in this thread's heap depends on when it collects.
    megabytes: (rss - heapTotal + heapUsed) / 2 ** 20,
    rssMegabytes: rss / 2 ** 20,
    nodes: table.nodes,
    frames: table.frames,
    joined: threads.joined,
    endedApart: all.filter(({ ended, id }) => ended && id !== -1).length,
    alive: all.filter(({ ended }) => !ended).length,
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
  const threadsBefore = systemThreads();
  const asking = ask();
  const measured = [measure()];
  for (let part = 0; part < PARTS; part++) {
    await storm((part * count) / PARTS, ((part + 1) * count) / PARTS);
    measured.push(measure());
  }
  isOver = true;
  await asking;
  const apart = new Set(launcher.profile().threads.map(({ id }) => id));
  answer({
    measured,
    systemThreads: { before: threadsBefore, after: await systemThreadsLeft(threadsBefore) },
    exits,
    works: works.map((each) => ({ ...each, isEarlier: !apart.has(each.id) })),
    found: launcher.query({ filter: '^stormWork$' }).records[0],
    foundOfEarlier: workOf(EARLIER),
    parks: launcher.stats().parks.count,
    lost: launcher.stats().samples.lost,
  });
  launcher.cancel();
}

void main();
