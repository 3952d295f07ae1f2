'use strict';

// Computes and waits in turn, on one thread, within JavaScript: the wait has none of
// the CPU time, on whatever it waits.

const { execFileSync, execSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { SimpleLauncher } = require('ox-profile');
const { answer, cpuMillis, now, options, PATIENCE_MILLIS } = require('./answer.js');
const { boundOfHits, MOST_BOUND } = require('./shares.js');

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
process.on('exit', () => ends.forEach((end) => end()));

/** Each makes a function that waits for some milliseconds. */
const waits = {
  atomics: () => (millis) => Atomics.wait(lock, 0, 0, millis),
  execSync: () => (millis) => execSync(`sleep ${String(millis / 1000)}`),
  readFileSync() {
    // A pipe with a name is a slow file. Another process writes a while after it is told.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ox-profile-cpu-'));
    ends.push(() => fs.rmSync(folder, { recursive: true }));
    const [pipe, go] = ['pipe', 'go'].map((name) => path.join(folder, name));
    execFileSync('mkfifo', [pipe, go]);
    const seconds = String(everyMillis / 1000);
    const loop = `while read line < ${go}; do sleep ${seconds}; echo > ${pipe}; done`;
    const writer = spawn('sh', ['-c', loop], { stdio: 'ignore' });
    writer.unref();
    ends.push(() => writer.kill());
    return () => {
      fs.writeFileSync(go, '\n');
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

// Each sample wakes the thread, and what that takes is not the function's: without a
// profiler a wait shows what it takes itself. The first calls find nothing prepared.
const CALLS_TO_BEGIN = 5;
const CALLS_ALONE = 20;
function timesAlone() {
  const sums = { wall: 0, cpu: 0 };
  for (let i = 0; i < CALLS_ALONE; i++) addTimes(sums, wait);
  return sums.cpu / CALLS_ALONE;
}
for (let i = 0; i < CALLS_TO_BEGIN; i++) wait();
const aloneBefore = timesAlone();

const millis = { compute: { wall: 0, cpu: 0 }, wait: { wall: 0, cpu: 0 } };
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const deadline = now() + PATIENCE_MILLIS;
let records;
let calls = 0;

const of = (name, column) => records.find((each) => each.name === name)?.[column] ?? 0;

/** The waits' share of what both have. */
function judged(truth, column, samples, truthsOwn) {
  const found = of('wait', column) / (of('compute', column) + of('wait', column));
  return { truth, found, bound: boundOfHits(truth, 1, samples) + truthsOwn, samples };
}

function judgedWall() {
  const { compute, wait: waited } = millis;
  const samples = of('compute', 'hits') + of('wait', 'hits');
  return judged(waited.wall / (waited.wall + compute.wall), 'wallMillis', samples, 0);
}

/** By what a wait takes, which is known as well as it was the same before and after. */
function judgedCpu(aloneAfter = aloneBefore) {
  const cpuOf = (alone) => alone * calls;
  const truth = (alone) => cpuOf(alone) / (cpuOf(alone) + millis.compute.cpu);
  const middle = truth((aloneBefore + aloneAfter) / 2);
  // Of the waits' samples only those tell of CPU time in which there was some.
  const ran = Math.min(1, cpuOf(aloneBefore) / millis.wait.wall);
  const samples = Math.round(of('compute', 'hits') + of('wait', 'hits') * ran);
  const truthsOwn = Math.abs(truth(aloneAfter) - truth(aloneBefore)) / 2;
  return judged(middle, 'cpuMillis', samples, truthsOwn);
}

do {
  addTimes(millis.compute, () => compute(everyMillis));
  addTimes(millis.wait, wait);
  calls++;
  ({ records } = launcher.query({ maxRecords: Infinity }));
} while (
  (of('compute', 'hits') + of('wait', 'hits') < enoughHits || judgedCpu().bound > MOST_BOUND) &&
  now() < deadline
);
launcher.pause();
// Where other programs have the cores, which function the time on the clock is of is chance.
const hadCore = millis.compute.cpu >= 0.9 * millis.compute.wall;
answer({ ...(hadCore ? { wall: judgedWall() } : {}), cpu: judgedCpu(timesAlone()) });
launcher.cancel();
