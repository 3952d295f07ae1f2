'use strict';

// The share of a core that goes into profiling a program that does nothing.

const { setTimeout: delay } = require('node:timers/promises');

const { load } = require('../peers/index.js');
const { answer, options } = require('./child.js');
const { profiler, intervals, settleMillis, millis } = options();

const measured = profiler === undefined ? undefined : load(profiler);

/** @returns percent of a core */
async function rest() {
  await delay(1000); // What the start of a profile left to do is done.
  const began = performance.now();
  const before = process.cpuUsage();
  await delay(millis);
  const { user, system } = process.cpuUsage(before);
  return (100 * (user + system)) / 1000 / (performance.now() - began);
}

async function main() {
  // V8 collects what starting left, some eight seconds after nothing more happens.
  await delay(settleMillis);
  const shares = {};
  for (const interval of intervals) {
    if (interval !== null) measured.start(interval);
    shares[interval ?? 'paused'] = await rest();
    if (interval !== null) measured.stop();
  }
  answer(shares);
  measured?.launcher?.cancel();
}

main();
