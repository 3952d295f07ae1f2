'use strict';

// How long the event loop is stopped when a profiler starts, on a heap of some
// size. Ours is made before all else, as the documents ask for.

const { answer, options, timed } = require('./child.js');
const { profiler, megabytes, repeats } = options();

const boot = {};
let launcher;
if (profiler === 'ox-profile') {
  let oxProfile;
  boot.require = timed(() => {
    oxProfile = require('ox-profile');
  });
  boot.construct = timed(() => {
    launcher = new oxProfile.SimpleLauncher();
    launcher.start();
  });
}

const { setTimeout: delay } = require('node:timers/promises');
const { fillHeap, makeFunctions, run } = require('./heap.js');

/** @returns how to start and stop the one that is measured */
function startAndStop() {
  if (launcher !== undefined) {
    return { start: () => launcher.unpause(), stop: () => launcher.pause() };
  }
  const { InspectorProfiler } = require('./inspector.js');
  const inspector = new InspectorProfiler();
  return { start: () => inspector.start(10), stop: () => inspector.stop() };
}

async function main() {
  const functions = makeFunctions(500);
  const records = fillHeap(megabytes);
  const { start, stop } = startAndStop();
  const starts = [];
  // The worst of compiling and of collecting what filling the heap left is over.
  run(functions, 500);
  for (let i = 0; i < repeats; i++) {
    // The loop turns and code runs, as in a program that goes about its business.
    await delay(20);
    run(functions, 100);
    starts.push(timed(start));
    run(functions, 50);
    stop();
  }
  answer({ boot, starts, chunks: records.length });
  launcher?.cancel();
}

main();
