'use strict';

// Functions that are hot for a while before they are profiled: before unpause(),
// or before the package is even required. They are entered in the middle of
// their loops (on-stack replacement) and have a small function inlined, which is
// what V8's profiler does not know of code that is older than itself.

const { answer, foundShares, now, options } = require('./answer.js');

function step(sum, i) {
  return (sum * 31 + i) % 1000003;
}

function heavy() {
  let sum = 0;
  for (let i = 0; i < 3e6; i++) sum = step(sum, i);
  return sum;
}

function light() {
  let sum = 0;
  for (let i = 0; i < 2e6; i++) sum = step(sum, i);
  return sum;
}

const truth = { heavy: 0, light: 0 };

function both() {
  const start = now();
  heavy();
  const between = now();
  light();
  truth.heavy += between - start;
  truth.light += now() - between;
}

function run(millis) {
  const end = now() + millis;
  while (now() < end) both();
}

const { hotBefore, hotMillis = 2000, millis = 2500, launcher: launcherOptions } = options();

if (hotBefore === 'require') run(hotMillis);
const { SimpleLauncher } = require('ox-profile');
const launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity, ...launcherOptions });
launcher.start();
if (hotBefore === 'unpause') run(hotMillis);
truth.heavy = truth.light = 0;
launcher.unpause();
run(millis);
launcher.pause();
const sum = truth.heavy + truth.light;
const { records, samples, notes } = launcher.query({ maxRecords: Infinity });
// Of all samples, not only of the two functions': a caller that got their time
// would show.
const found = foundShares(launcher, ['heavy', 'light']);
const known =
  records
    .filter(({ name }) => name === 'heavy' || name === 'light')
    .reduce((hits, record) => hits + record.hits, 0) / samples;
answer({
  truth: { heavy: truth.heavy / sum, light: truth.light / sum, known: 1 },
  found: { ...found, known },
  notes,
  shown: launcher.show(),
});
launcher.cancel();
