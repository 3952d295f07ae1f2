'use strict';

// A program with pages beside it: it works a little all the time, under names that
// are a page's worst. Where the name of a file is written to its standard input, it
// stands still until there is such a file.

const { existsSync } = require('node:fs');
const { createInterface } = require('node:readline');

const { SimpleLauncher } = require('ox-profile');
const { now } = require('./answer.js');

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

function culprit(file) {
  // Nobody may be left who makes it.
  const end = now() + 120_000;
  while (!existsSync(file) && now() < end) burn(20);
}

setInterval(() => {
  heavy();
  light();
  own();
}, 60);
createInterface({ input: process.stdin })
  .on('line', culprit)
  .on('close', () => process.exit());
SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity })
  .serve()
  .then(({ url }) => console.log(url));
