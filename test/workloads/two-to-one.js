'use strict';

// Two functions that burn, one for twice as long as the other.

const { SimpleLauncher } = require('ox-profile');
const { answer, foundShares, now, options, Stopwatch } = require('./answer.js');

function burn(millis) {
  const end = now() + millis;
  let sum = 0;
  while (now() < end) for (let i = 0; i < 500; i++) sum += Math.sqrt(i);
  return sum;
}

function twice() {
  burn(20);
}

function once() {
  burn(10);
}

const { intervalMillis = 1, rounds = 60 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const stopwatch = new Stopwatch();
for (let i = 0; i < rounds; i++) {
  stopwatch.time('twice', twice);
  stopwatch.time('once', once);
}
answer({
  truth: stopwatch.truth(),
  found: foundShares(launcher, ['twice', 'once']),
});
launcher.cancel();
