'use strict';

// The processor time, of all threads, that the same work takes with a profiler
// and without, turn and turn about in one process: what V8 happened to compile,
// and how, is then the same for all.

const { load } = require('../peers/index.js');
const { answer, options, randomSource } = require('./child.js');
const { profiler, intervals, turns, rounds } = options();

const measured = load(profiler);
const { work } = require('./work.js');

/** By name, the interval; `again` is what the work differs by from itself. */
const variants = {
  none: undefined,
  again: undefined,
  ...Object.fromEntries(intervals.map((millis) => [millis, millis])),
};

function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

work(rounds * 4);
const random = randomSource(5);
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let turn = 0; turn < turns; turn++) {
  // In another order each time, or one would always collect the other's garbage.
  const order = Object.entries(variants)
    .map(([name, millis]) => ({ name, millis, at: random() }))
    .sort((a, b) => a.at - b.at);
  for (const { name, millis } of order) {
    if (millis !== undefined) measured.start(millis);
    const before = cpuMillis();
    work(rounds);
    times[name].push(cpuMillis() - before);
    if (millis !== undefined) measured.stop();
  }
}
answer(times);
