'use strict';

// What a profiler's drains do to a wide program, as the program itself sees it:
// the gaps between two steps of a loop whose steps are all short.

const { load } = require('../peers/index.js');
const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options, timed } = require('./child.js');
const { profiler, millis, narrowMillis = 0, intervalMillis = 1, ask = false } = options();

const launcher =
  profiler === 'ox-profile'
    ? new (requireOurs().SimpleLauncher)({ intervalMillis, maxOverhead: Infinity })
    : undefined;
launcher?.start();

const { spin, WideProgram } = require('./wide.js');

/** Shorter ones are steps, and what the system does all the time. */
const GAP_MILLIS = 0.5;

const gaps = new Float64Array(100_000);
let gapCount = 0;
let steps = 0;

function watch(step, millis, everySecond) {
  let last = performance.now();
  const end = last + millis;
  let nextSecond = last + 1000;
  while (last < end) {
    step();
    steps++;
    const now = performance.now();
    if (now - last >= GAP_MILLIS && gapCount < gaps.length) gaps[gapCount++] = now - last;
    last = now;
    if (now >= nextSecond) {
      nextSecond += 1000;
      everySecond?.();
      last = performance.now();
    }
  }
}

const program = new WideProgram();
program.run(2000);

const queries = [];
const profiles = [];
function askLauncher() {
  const askQuery = () => launcher.query();
  const askProfile = () => launcher.profile();
  if (queries.length <= profiles.length) queries.push(timed(askQuery));
  else profiles.push(timed(askProfile));
}

launcher?.unpause();
if (profiler === 'inspector') load(profiler).start(intervalMillis);
if (narrowMillis > 0) watch(() => spin(1), narrowMillis);
gapCount = 0;
steps = 0;
watch(() => program.step(), millis, ask ? askLauncher : undefined);

const result = {
  gaps: [...gaps.subarray(0, gapCount)],
  stepMillis: millis / steps,
  queries,
  profiles,
};
if (launcher !== undefined) {
  const { durationMillis, profilerMillis, samples } = launcher.query();
  const nodes = launcher.profile().length;
  const { meanMillis, worstMillis } = launcher.stats().drains;
  Object.assign(result, { durationMillis, profilerMillis, samples, nodes, meanMillis, worstMillis });
}
answer(result);
launcher?.cancel();
