'use strict';

// The processor time, of all threads, that the same work takes with a profiler
// and without, turn and turn about in one process: what V8 happened to compile,
// and how, is then the same for all.

const { load } = require('../peers/index.js');
const { answer, options, randomSource } = require('./child.js');
const { cpuMillis, takeTurns, variantsOf } = require('./variants.js');
const { profiler, intervals, turns, rounds } = options();

const measured = load(profiler);
const { work } = require('./work.js');

const variants = variantsOf(measured, intervals);

work(rounds * 4);
takeTurns(variants, turns, randomSource(5), () => {
  work(rounds / 5); // What beginning left in caches and queues is not counted.
  const before = cpuMillis();
  work(rounds);
  return cpuMillis() - before;
}).then(answer);
