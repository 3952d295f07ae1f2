'use strict';

// Makes new functions all the time, at a steady pace, calls each and drops it,
// as a program does that compiles templates or evaluates expressions; and looks
// at its memory now and then, after a collection.

const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options } = require('./child.js');

const { profiler, names, seconds, everySeconds, functionsPerTurn, turnMillis } = options();

if (profiler !== 'none') {
  const { SimpleLauncher } = requireOurs();
  const launcher = new SimpleLauncher({ intervalMillis: 10, maxOverhead: Infinity, lateCode: 'leave' });
  launcher.start();
  if (profiler === 'running') launcher.unpause();
}

let made = 0;
let sum = 0;

function makeOne() {
  const i = made++;
  const body = `let y = x + ${i}; for (let k = 0; k < 3; k++) y = (y * 31 + k) % ${1009 + i}; return y;`;
  const fresh =
    names === 'fresh'
      ? new Function(`return function fresh${i}(x) { ${body} } //# sourceURL=/churn/fresh${i}.js`)()
      : new Function('x', body);
  sum += fresh(i);
}

const megabytes = (bytes) => bytes / 2 ** 20;
const looks = [];

function look() {
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  looks.push({
    seconds: (performance.now() - began) / 1000,
    made,
    rss: megabytes(rss),
    heap: megabytes(heapUsed),
  });
}

const began = performance.now();
let lookAt = began;

const timer = setInterval(() => {
  for (let i = 0; i < functionsPerTurn; i++) makeOne();
  if (performance.now() < lookAt) return;
  look();
  lookAt += everySeconds * 1000;
  if (performance.now() - began < seconds * 1000) return;
  clearInterval(timer);
  answer({ looks, sum });
}, turnMillis);
