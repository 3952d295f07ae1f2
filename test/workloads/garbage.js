'use strict';

// Makes garbage, some of it long-lived; Node's own observer times the collector.

const { PerformanceObserver } = require('node:perf_hooks');
const { SimpleLauncher } = require('ox-profile');
const { answer, now, options } = require('./answer.js');

let gcMillis = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) gcMillis += entry.duration;
});

const kept = [];

function allocate() {
  for (let i = 0; i < 2000; i++) {
    kept[(Math.random() * 100_000) | 0] = { i, text: `kept ${i}`, list: [i, i, i] };
  }
}

function calculate() {
  let sum = 0;
  for (let i = 0; i < 100_000; i++) sum = (sum * 31 + i) % 1000003;
  return sum;
}

const { intervalMillis = 1, millis = 3000 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
observer.observe({ entryTypes: ['gc'] });
const start = now();

// In turns of the loop, so that the observer is called.
function turn() {
  const until = now() + 20;
  while (now() < until) {
    allocate();
    calculate();
  }
  if (now() - start < millis) setImmediate(turn);
  else setImmediate(finish);
}

function finish() {
  const elapsed = now() - start;
  const { gcMillis: found, durationMillis } = launcher.query();
  answer({ truth: gcMillis / elapsed, found: found / durationMillis });
  launcher.cancel();
}

turn();
