'use strict';

// Functions that TurboFan inlines into their caller, hot for a while before
// they are profiled: before unpause(), or before the package is even required.

const { answer, foundShares, now, options, Stopwatch } = require('./answer.js');

const values = Float64Array.from({ length: 1000 }, (_, i) => i);

function heavy(from) {
  let sum = from;
  for (let i = 0; i < 300; i++) sum += Math.sqrt(values[i] + sum);
  return sum;
}

function light(from) {
  let sum = from;
  for (let i = 0; i < 200; i++) sum += Math.sqrt(values[i] + sum);
  return sum;
}

function heavies(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += heavy(i);
  return sum;
}

function lights(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += light(i);
  return sum;
}

function both(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += heavy(i) + light(i);
  return sum;
}

// Batches of a millisecond or so of the one and of the other, timed, for the
// truth; and the two mixed in one caller, which is what is profiled.
function batch(stopwatch) {
  stopwatch.time('heavy', () => heavies(1000));
  stopwatch.time('light', () => lights(1000));
}

function run(millis, work) {
  const end = now() + millis;
  while (now() < end) work();
}

const { hotBefore, hotMillis = 2000, millis = 2000, launcher: launcherOptions } = options();
const warmUp = () => run(hotMillis, () => both(1000));

if (hotBefore === 'require') warmUp();
const { SimpleLauncher } = require('ox-profile');
const launcher = new SimpleLauncher({ intervalMillis: 1, ...launcherOptions });
launcher.start();
if (hotBefore === 'unpause') warmUp();
launcher.unpause();
run(millis, () => both(1000));
launcher.pause();
const stopwatch = new Stopwatch();
run(millis / 2, () => batch(stopwatch));
answer({
  truth: stopwatch.truth(),
  found: foundShares(launcher, ['heavy', 'light', 'both'], 'selfWallMillis'),
  notes: launcher.query().notes,
});
launcher.cancel();
