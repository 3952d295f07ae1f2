'use strict';

// By how much the memory of a process grows over many profiles, one after the
// other, while code comes and goes.

const { runInNewContext } = require('node:vm');
const { setFlagsFromString } = require('node:v8');

const { load } = require('../peers/index.js');
const { answer, options } = require('./child.js');
const { profiler, intervalMillis, rotations, millis } = options();

const measured = profiler === undefined ? undefined : load(profiler);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

let made = 0;

/** Fresh functions, each hot for a moment and then garbage. */
function churn(millis) {
  const end = performance.now() + millis;
  let sum = 0;
  while (performance.now() < end) {
    const name = `fresh${made++}`;
    const fresh = new Function(
      'times',
      `function ${name}(times) { let x = ${made}; while (times-- > 0) x = (x * 31 + times) | 0; return x; }
       function caller_${name}(times) { return ${name}(times) + 1; }
       return caller_${name}(times);`,
    );
    sum += fresh(20_000);
  }
  return sum;
}

/** Megabytes, when what can be collected is. */
function resident() {
  collect();
  collect();
  return process.memoryUsage.rss() / 2 ** 20;
}

/** The profile is for nobody, and garbage at once. */
function rotate() {
  if (measured === undefined) return;
  if (measured.rotate !== undefined) {
    measured.rotate();
    return;
  }
  measured.stop();
  measured.start(intervalMillis);
}

churn(20 * millis);
const before = resident();
measured?.start(intervalMillis);
let half;
for (let i = 1; i <= rotations; i++) {
  churn(millis);
  rotate();
  if (i === Math.floor(rotations / 2)) half = resident();
}
measured?.stop();
const after = resident();
answer({ all: after - before, secondHalf: after - half, made });
measured?.launcher?.cancel();
