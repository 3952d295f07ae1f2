'use strict';

/** The program's options: JSON in its first argument. */
function options() {
  return JSON.parse(process.argv[2] ?? '{}');
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Milliseconds that `work` takes. */
function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Random numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomSource(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

module.exports = { answer, options, randomSource, timed };
