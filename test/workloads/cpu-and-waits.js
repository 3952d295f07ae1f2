'use strict';

// Computes and waits in turn, on one thread, within JavaScript: the wait has none of
// the CPU time, on whatever it waits.

const { execFileSync, execSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { SimpleLauncher } = require('ox-profile');
const { answer, cpuMillis, now, options, PATIENCE_MILLIS } = require('./answer.js');
const { boundOfHits } = require('./shares.js');

const { waitsIn, everyMillis = 40, intervalMillis = 5, enoughHits = 2000 } = options();

const haystack = Buffer.alloc(1 << 16);

function compute(millis) {
  const end = now() + millis;
  let found = 0;
  do for (let i = 0; i < 20; i++) found += haystack.indexOf(1);
  while (now() < end);
  return found;
}

const lock = new Int32Array(new SharedArrayBuffer(4));
const ends = [];

/** Each makes a function that waits for some milliseconds. */
const waits = {
  atomics: () => (millis) => Atomics.wait(lock, 0, 0, millis),
  execSync: () => (millis) => execSync(`sleep ${String(millis / 1000)}`),
  readFileSync() {
    // A pipe with a name is a slow file.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ox-profile-cpu-'));
    ends.push(() => fs.rmSync(folder, { recursive: true }));
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    return (millis) => {
      const writer = `sleep ${String(millis / 1000)}; echo > ${pipe}`;
      const child = require('node:child_process').spawn('sh', ['-c', writer], { stdio: 'ignore' });
      child.unref();
      fs.readFileSync(pipe);
    };
  },
};

const waitFor = waits[waitsIn]();
function wait() {
  waitFor(everyMillis);
}

/** Adds what `work()` takes to `sums`. */
function addTimes(sums, work) {
  const before = { wall: now(), cpu: cpuMillis() };
  work();
  sums.wall += now() - before.wall;
  sums.cpu += cpuMillis() - before.cpu;
}

// Each sample wakes the thread, and what that takes is not the function's: before
// there is a profiler a wait shows what it takes itself.
const CALLS_BEFORE = 20;
const before = { wall: 0, cpu: 0 };
for (let i = 0; i < CALLS_BEFORE; i++) addTimes(before, wait);

const millis = { compute: { wall: 0, cpu: 0 }, wait: { wall: 0, cpu: 0 } };

const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const deadline = now() + PATIENCE_MILLIS;
let found;
let hits;
let calls = 0;
do {
  addTimes(millis.compute, () => compute(everyMillis));
  addTimes(millis.wait, wait);
  calls++;
  const { records } = launcher.query({ maxRecords: Infinity });
  const recordOf = (name) => records.find((each) => each.name === name);
  hits = ['compute', 'wait'].reduce((sum, name) => sum + (recordOf(name)?.hits ?? 0), 0);
  found = (column) => {
    const [compute, wait] = ['compute', 'wait'].map((name) => recordOf(name)?.[column] ?? 0);
    return wait / (compute + wait);
  };
} while (hits < enoughHits && now() < deadline);

millis.wait.cpu = (before.cpu / CALLS_BEFORE) * calls;

/** The waits' share of what both have. */
function judged(clock, column) {
  const truth = millis.wait[clock] / (millis.wait[clock] + millis.compute[clock]);
  return { truth, found: found(column), bound: boundOfHits(truth, 1, hits), samples: hits };
}

answer({ wall: judged('wall', 'wallMillis'), cpu: judged('cpu', 'cpuMillis') });
launcher.cancel();
for (const end of ends) end();
