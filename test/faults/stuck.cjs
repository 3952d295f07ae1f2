'use strict';

// V8's profiler gives no samples any more: it is made anew within two rotations,
// and what was lost is counted. The package is in the folder of the first
// argument.

const assert = require('node:assert/strict');
const { join } = require('node:path');

const { SimpleLauncher } = require(process.argv[2]);
const { native } = require(join(process.argv[2], 'dist', 'native.js'));

const DEADLINE_MILLIS = 60_000;

function burn(millis) {
  const end = performance.now() + millis;
  let sum = 0;
  while (performance.now() < end) sum = (sum * 31 + 1) | 0;
  return sum;
}

function burnUntil(holds) {
  const deadline = performance.now() + DEADLINE_MILLIS;
  do {
    assert.ok(performance.now() < deadline, `waited for a minute in vain: ${holds}`);
    burn(20);
  } while (!holds());
}

/** The CPU time of the process since it was called. */
function cpuClock() {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}

// As native/stuck_watch has them.
const MISSING_SAMPLES = 20;
const UNSEEN_CPU_MILLIS = 250;
const PAUSE_MILLIS = 10_000;

const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity });
const samples = () => launcher.query().samples;
const drains = () => launcher.stats().drains.count;
const repairs = () => launcher.stats().repairs;
burnUntil(() => samples() > 50);
assert.equal(repairs().count, 0);

const jammedAt = performance.now();
native.jam();
const jammed = cpuClock();
// Twice as much as it has to see: the process has other threads too.
burnUntil(() => jammed() > 2 * UNSEEN_CPU_MILLIS || repairs().count > 0);
const drainsBefore = drains();
burnUntil(() => repairs().count > 0);
const drainsUntil = drains() - drainsBefore;
assert.equal(repairs().count, 1, 'it is made anew');
assert.ok(drainsUntil <= 2, `within two rotations of that work, not ${drainsUntil}`);

const stats = launcher.stats();
assert.ok(stats.samples.lost >= MISSING_SAMPLES, `lost samples are counted: ${stats.samples.lost}`);
assert.equal(launcher.profile().dropped, stats.samples.lost, 'and are among the dropped ones');
assert.ok(stats.repairs.worstMillis > 0, 'and so is how long it stopped the thread');

const repaired = samples();
burnUntil(() => samples() > repaired + 50);
assert.ok(launcher.query().notes.some((note) => note.includes('stuck')), 'and it is said');
assert.equal(repairs().count, 1, 'and it stays well');

// A second time at once: it is not made anew each second, but what is missing
// is not taken for nothing either.
native.jam();
const jammedAgain = cpuClock();
const drainsOfFirst = drains();
burnUntil(() => jammedAgain() > 4 * UNSEEN_CPU_MILLIS && drains() > drainsOfFirst + 2);
const { count } = repairs();
// Where it had no core for so long, it may rightly have been made anew again.
const isSoon = performance.now() - jammedAt < PAUSE_MILLIS;
assert.ok(count === 1 || !isSoon, `not again so soon: ${count}`);
launcher.cancel();
