'use strict';

// V8's profiler gives no samples any more: it is made anew within two rotations,
// and what was lost is counted. The package is in the folder of the first
// argument.

const assert = require('node:assert/strict');
const { join } = require('node:path');

const { SimpleLauncher } = require(process.argv[2]);
const { native } = require(join(process.argv[2], 'dist', 'native.js'));

function burn(millis) {
  const end = performance.now() + millis;
  let sum = 0;
  while (performance.now() < end) sum = (sum * 31 + 1) | 0;
  return sum;
}

const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
burn(500);
const before = launcher.query();
assert.ok(before.samples > 50, 'samples before the fault');
assert.equal(launcher.stats().repairs.count, 0);

native.jam();
const { count: drainsBefore } = launcher.stats().drains;
for (let i = 0; i < 40 && launcher.stats().repairs.count === 0; i++) burn(100);
const drains = launcher.stats().drains.count - drainsBefore;
assert.equal(launcher.stats().repairs.count, 1, 'it is made anew');
assert.ok(drains <= 2, `within two rotations, not ${String(drains)}`);

const { samples, repairs } = launcher.stats();
assert.ok(samples.lost > 10, `lost samples are counted: ${String(samples.lost)}`);
assert.equal(launcher.profile().dropped, samples.lost, 'and are among the dropped ones');
assert.ok(repairs.worstMillis > 0, 'and so is how long it stopped the thread');

const repaired = launcher.query();
burn(500);
const after = launcher.query();
assert.ok(after.samples - repaired.samples > 50, 'samples after the repair');
assert.ok(after.notes.some((note) => note.includes('stuck')), 'and it is said');
assert.equal(launcher.stats().repairs.count, 1, 'and it stays well');

// A second time at once: it is not made anew each second, but what is missing
// is not taken for nothing either.
native.jam();
burn(1500);
assert.equal(launcher.stats().repairs.count, 1, 'not again so soon');
launcher.cancel();
console.log('stuck profiler: repaired');
