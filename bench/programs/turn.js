'use strict';

// A chain of setImmediate(): turns of an event loop that has something to do and
// never waits. Runs as many of them as it is asked for, as often as it is asked.

const { load } = require('../peers/index.js');
const { options } = require('./child.js');
const { cpuMillis } = require('./variants.js');
const { profiler, intervalMillis } = options();

const measured = profiler === undefined ? undefined : load(profiler);
if (intervalMillis !== undefined) measured.start(intervalMillis);

/** Answers how much processor time, of all threads, a turn took. */
process.on('message', (turns) => {
  let left = turns;
  const before = cpuMillis();
  (function turn() {
    if (--left > 0) return setImmediate(turn);
    process.send((1e6 * (cpuMillis() - before)) / turns);
  })();
});
process.on('disconnect', () => process.exit());
