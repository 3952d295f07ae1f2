'use strict';

// What it takes to start a worker that does nothing and ends, turn and turn about
// in one process.

const { once } = require('node:events');

const { load } = require('../peers/index.js');
const { answer, options, randomSource } = require('./child.js');
const { cpuMillis, takeTurns, variantsOf } = require('./variants.js');
const { profiler, intervals, turns, workers } = options();

const measured = load(profiler);

/** The class as it is now: it is another one while a launcher has workers join. */
async function startAndEnd() {
  const { Worker } = require('node:worker_threads');
  const worker = new Worker('', { eval: true });
  await once(worker, 'exit');
}

async function main() {
  const variants = variantsOf(measured, intervals);
  for (let i = 0; i < 5; i++) await startAndEnd();
  answer(
    await takeTurns(variants, turns, randomSource(7), async () => {
      await startAndEnd();
      const began = performance.now();
      const before = cpuMillis();
      for (let i = 0; i < workers; i++) await startAndEnd();
      return {
        millis: (performance.now() - began) / workers,
        cpuMillis: (cpuMillis() - before) / workers,
      };
    }),
  );
}

main();
