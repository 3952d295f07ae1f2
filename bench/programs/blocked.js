'use strict';

// Who answers when the main thread is in a loop that does not end? A worker asks
// which function that is.

const { once } = require('node:events');
const { Session } = require('node:inspector/promises');
const { setTimeout: delay } = require('node:timers/promises');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');

const { CpuProfile } = require('../peers/cpuprofile.js');
const { load, sharesOf } = require('../peers/index.js');
const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options } = require('./child.js');

/** When the loop ends by itself, should no answer end it. */
const PATIENCE_MILLIS = 10_000;
const LOOP = 'endlessLoop';

/**
 * Ours alone: what another thread sees of the main thread by `observe()`.
 *
 * @returns the ways to ask, by name; undefined where this version has none
 */
function observers() {
  try {
    const { observe } = requireOurs('/observe');
    return {
      stacks: () => observe().stacks(),
      profile: () => observe().profile({ timeoutMillis: PATIENCE_MILLIS }),
    };
  } catch (error) {
    if (['ERR_PACKAGE_PATH_NOT_EXPORTED', 'MODULE_NOT_FOUND'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

/** Profiles the main thread through its inspector, for as long as one has to. */
async function inspect() {
  const session = new Session();
  session.connectToMainThread();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 1000 });
  await session.post('Profiler.start');
  await delay(workerData.sampleMillis);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return new CpuProfile(profile.nodes);
}

/** Whether it says that the time goes to the loop: most of it, of a profile. */
function namesLoop(found) {
  if (found instanceof CpuProfile) return sharesOf(found, [LOOP])[LOOP] > 0.5;
  return [found.frames?.strings, found].some((part) => JSON.stringify(part)?.includes(LOOP));
}

async function ask() {
  const ways = workerData.profiler === 'ox-profile' ? observers() : { profile: inspect };
  // A session that waits for an answer does not keep its thread alive.
  const alive = setInterval(() => {}, 1000);
  const control = new Int32Array(workerData.control);
  parentPort.postMessage('ready');
  while (Atomics.load(control, 0) === 0) await delay(1);
  await delay(300);
  const answers = {};
  for (const [way, look] of Object.entries(ways ?? {})) {
    const began = performance.now();
    const found = await look();
    answers[way] = { millis: performance.now() - began, named: namesLoop(found) };
  }
  const inTime = Atomics.load(control, 0) === 1;
  Atomics.store(control, 0, 2);
  parentPort.postMessage(ways === undefined ? null : { answers, inTime });
  clearInterval(alive);
}

function endlessLoop(control) {
  const end = performance.now() + PATIENCE_MILLIS;
  Atomics.store(control, 0, 1);
  let sum = 0;
  while (true) {
    for (let i = 0; i < 100_000; i++) sum = (sum * 31 + i) | 0;
    if (Atomics.load(control, 0) === 2) return sum;
    if (performance.now() > end) break;
  }
  Atomics.store(control, 0, 3);
  return sum;
}

async function main() {
  const { profiler, sampleMillis } = options();
  const measured = profiler === 'ox-profile' ? load(profiler) : undefined;
  measured?.start(1);
  const control = new SharedArrayBuffer(4);
  const worker = new Worker(module.filename, { workerData: { control, profiler, sampleMillis } });
  await once(worker, 'message');
  endlessLoop(new Int32Array(control));
  const [found] = await once(worker, 'message');
  answer(found);
  measured?.launcher.cancel();
}

if (isMainThread) main();
else ask();
