'use strict';

// Two copies of the package in one process, each with a launcher of its own,
// watch two functions of which one burns for twice as long as the other.

const { answer, measureShares, now, options } = require('./answer.js');

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

const { folders, intervalsMillis } = options();
const launchers = folders.map((folder, i) =>
  require(folder).SimpleLauncher.launch({ intervalMillis: intervalsMillis[i], maxOverhead: Infinity }),
);
answer({ shares: measureShares(launchers, { twice, once }) });
for (const launcher of launchers) launcher.cancel();
