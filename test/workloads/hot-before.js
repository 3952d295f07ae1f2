'use strict';

// Functions that are hot for a while before they are profiled: before unpause(),
// or before the package is even required. They are entered in the middle of
// their loops (on-stack replacement) and have a small function inlined, which is
// what V8's profiler does not know of code that is older than itself.

const { answer, measureShares, now, options } = require('./answer.js');

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

function both() {
  heavy();
  light();
}

function run(millis) {
  const end = now() + millis;
  while (now() < end) both();
}

const { hotBefore, hotMillis = 2000, patienceMillis, launcher: launcherOptions } = options();

if (hotBefore === 'require') run(hotMillis);
const { SimpleLauncher } = require('ox-profile');
const launcherOf = (more) =>
  new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity, ...launcherOptions, ...more });

// Launched before, once for all threads and once for the first: V8 then forgets the code
// that it knew.
for (const threads of hotBefore === 'cancel' ? ['all', 'main'] : []) {
  const earlier = launcherOf({ threads });
  earlier.start();
  earlier.unpause();
  run(hotMillis / 2);
  earlier.cancel();
}

const launcher = launcherOf();
launcher.start();
if (hotBefore === 'unpause') run(hotMillis);
launcher.unpause();
const [shares] = measureShares([launcher], { heavy, light }, { patienceMillis });
launcher.pause();
const { records, samples, notes } = launcher.query({ maxRecords: Infinity });
// Of all samples, not only of the two functions': a caller that got their time
// would show.
const hits = records
  .filter(({ name }) => name === 'heavy' || name === 'light')
  .reduce((sum, record) => sum + record.hits, 0);
answer({ shares, hits, samples, notes, shown: launcher.show() });
launcher.cancel();
