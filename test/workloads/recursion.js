'use strict';

// A function 200 deep in itself, beside one that is not.

const { SimpleLauncher } = require('ox-profile');
const { answer, foundShares, now, options, Stopwatch } = require('./answer.js');

function burn(millis) {
  const end = now() + millis;
  while (now() < end);
}

function dive(depth, millis) {
  if (depth > 1) return dive(depth - 1, millis) + 1;
  burn(millis);
  return 1;
}

function flat(millis) {
  burn(millis);
}

const { intervalMillis = 1, rounds = 50 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const stopwatch = new Stopwatch();
let depth = 0;
for (let i = 0; i < rounds; i++) {
  stopwatch.time('dive', () => {
    depth = dive(200, 15);
  });
  stopwatch.time('flat', () => flat(15));
}
const { records, samples } = launcher.query({ maxRecords: Infinity });
answer({
  depth,
  truth: stopwatch.truth(),
  found: foundShares(launcher, ['dive', 'flat']),
  samples,
  dive: records.find(({ name }) => name === 'dive'),
});
launcher.cancel();
