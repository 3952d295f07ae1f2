'use strict';

// The processor time, of all threads, that the same work takes with a profiler
// and without, turn and turn about in one process: what V8 happened to compile,
// and how, is then the same for all.

const { answer, options, randomSource } = require('./child.js');
const { profiler, turns, rounds } = options();

/** @returns how to start and stop the one that is measured */
function startAndStop() {
  if (profiler === 'inspector') {
    const { InspectorProfiler } = require('./inspector.js');
    const inspector = new InspectorProfiler();
    return { start: (millis) => inspector.start(millis), stop: () => inspector.stop() };
  }
  const { SimpleLauncher } = require('ox-profile');
  const launcher = new SimpleLauncher({ maxOverhead: Infinity });
  launcher.start();
  return {
    start: (millis) => {
      launcher.setInterval(millis);
      launcher.unpause();
    },
    stop: () => launcher.pause(),
  };
}

const { start, stop } = startAndStop();
const intervals = { none: undefined, again: undefined, tenMillis: 10, oneMilli: 1 };
const { work } = require('./work.js');

function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

work(rounds * 4);
const random = randomSource(5);
const times = Object.fromEntries(Object.keys(intervals).map((name) => [name, []]));
for (let turn = 0; turn < turns; turn++) {
  // In another order each time, or one would always collect the other's garbage.
  const order = Object.entries(intervals)
    .map(([name, millis]) => ({ name, millis, at: random() }))
    .sort((a, b) => a.at - b.at);
  for (const { name, millis } of order) {
    if (millis !== undefined) start(millis);
    const before = cpuMillis();
    work(rounds);
    times[name].push(cpuMillis() - before);
    if (millis !== undefined) stop();
  }
}
answer(times);
