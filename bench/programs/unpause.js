'use strict';

// How long the event loop is stopped when a profiler starts, on a heap of some
// size. Each is loaded before all else, as their documents ask for.

const { adapterOf } = require('../peers/index.js');
const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options, timed } = require('./child.js');
const { profiler, megabytes, repeats } = options();

const adapter = adapterOf(profiler);
const boot = {};
if (profiler === 'ox-profile') boot.require = timed(() => requireOurs());
let measured;
boot.load = timed(() => {
  measured = adapter.load();
});

const { setTimeout: delay } = require('node:timers/promises');
const { fillHeap, makeFunctions, run } = require('./heap.js');

async function main() {
  const functions = makeFunctions(500);
  const records = fillHeap(megabytes);
  const starts = [];
  // The worst of compiling and of collecting what filling the heap left is over.
  run(functions, 500);
  for (let i = 0; i < repeats; i++) {
    // The loop turns and code runs, as in a program that goes about its business.
    await delay(20);
    run(functions, 100);
    starts.push(timed(() => measured.start(10)));
    run(functions, 50);
    measured.stop();
  }
  answer({ boot, starts, chunks: records.length });
  measured.launcher?.cancel();
}

main();
