'use strict';

// How far the shares that a profiler finds are from those that the program
// measures itself. Both functions have a small one inlined, and their loops are
// entered in the middle: what V8's profiler does not know of code that is older
// than itself.

const { load, sharesOf } = require('../peers/index.js');
const { answer, options } = require('./child.js');
const { profiler, program, when, intervalMillis, warmUpMillis, millis } = options();

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

const text = 'two to one '.repeat(100);

function hash() {
  let sum = 17;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
  return sum;
}

function twice() {
  const end = performance.now() + 20;
  let sum = 0;
  while (performance.now() < end) sum ^= hash();
  return sum;
}

function once() {
  const end = performance.now() + 10;
  let sum = 0;
  while (performance.now() < end) sum ^= hash();
  return sum;
}

/** Which of them the fault shows in depends on the version of V8. */
const programs = { counted: { heavy, light }, timed: { twice, once } };
const [first, second] = Object.values(programs[program]);
const truth = { [first.name]: 0, [second.name]: 0 };

function both() {
  const start = performance.now();
  first();
  const between = performance.now();
  second();
  truth[first.name] += between - start;
  truth[second.name] += performance.now() - between;
}

/** @returns for how long, in milliseconds */
function run(millis) {
  const began = performance.now();
  const end = began + millis;
  while (performance.now() < end) both();
  return performance.now() - began;
}

let measured = when === 'loaded late' ? undefined : load(profiler);
if (when !== 'first') run(warmUpMillis);
measured ??= load(profiler);
for (const name in truth) truth[name] = 0;
measured.start(intervalMillis);
const ran = run(millis);
const found = sharesOf(measured.stop(), Object.keys(truth));
const points = Object.keys(truth).map((name) => 100 * Math.abs(found[name] - truth[name] / ran));
answer({ points: Math.max(...points), truth, ran, found });
measured.launcher?.cancel();
