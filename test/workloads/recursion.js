'use strict';

// A function 200 deep in itself, beside one that is not.

const { SimpleLauncher } = require('ox-profile');
const { answer, measureShares, now, options } = require('./answer.js');

function burn(millis) {
  const end = now() + millis;
  while (now() < end);
}

function deeper(depth, millis) {
  if (depth > 1) return deeper(depth - 1, millis) + 1;
  burn(millis);
  return 1;
}

let depth = 0;

function dive() {
  depth = deeper(200, 15);
}

function flat() {
  burn(15);
}

const { intervalMillis = 1 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const [shares] = measureShares([launcher], { dive, flat });
const { records, samples } = launcher.query({ maxRecords: Infinity });
const hitsOf = (wanted) => records.find(({ name }) => name === wanted).hits;
answer({ depth, shares, samples, hits: { dive: hitsOf('dive'), deeper: hitsOf('deeper') } });
launcher.cancel();
