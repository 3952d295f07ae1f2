'use strict';

// Two functions that burn, one for twice as long as the other.

const { SimpleLauncher } = require('ox-profile');
const { answer, measureShares, now, options } = require('./answer.js');

function burn(millis) {
  const end = now() + millis;
  let sum = 0;
  while (now() < end) for (let i = 0; i < 500; i++) sum += Math.sqrt(i);
  return sum;
}

const { intervalMillis = 1 } = options();

/** So that a call holds some ten samples or more. */
const unitMillis = 10 * intervalMillis;

function twice() {
  burn(2 * unitMillis);
}

function once() {
  burn(unitMillis);
}

const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const [shares] = measureShares([launcher], { twice, once }, {
  batchMillis: 3 * unitMillis,
});
answer({ shares });
launcher.cancel();
