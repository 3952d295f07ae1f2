'use strict';

// A program with pages beside it: it works a little all the time, under names that
// are a page's worst, and stands still when that is written to its standard input.

const { createInterface } = require('node:readline');

const { SimpleLauncher } = require('ox-profile');
const { now, options } = require('./answer.js');

function burn(millis) {
  const end = now() + millis;
  while (now() < end);
}

// A name that V8 knows: one that is computed it does not.
const hostile = {
  '<img src=x onerror="document.title=1">': function () {
    burn(8);
  },
};

function light() {
  for (const run of Object.values(hostile)) run();
}

/** The least of all in total, and of itself second only to burn(). */
function own() {
  const end = performance.now() + 4;
  while (performance.now() < end);
}

function heavy() {
  burn(24);
}

function culprit(millis) {
  burn(millis);
}

setInterval(() => {
  heavy();
  light();
  own();
}, 60);
createInterface({ input: process.stdin })
  .on('line', (millis) => culprit(Number(millis)))
  .on('close', () => process.exit());
SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity })
  .serve({ port: options().port })
  .then(({ url }) => console.log(url));
