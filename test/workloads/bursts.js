'use strict';

// Mostly idle, with a burst of 1 ms from a timer every 20 ms.

const { performance } = require('node:perf_hooks');
const { answer, now, options } = require('./answer.js');

const { intervalMillis, millis = 20_000 } = options();
let burstMillis = 0;

const haystack = Buffer.alloc(1 << 16);

// Native code, which leaves no garbage, whose collection would not be the
// burst's, and which no compiler inlines: this is about when samples fall.
function spin(rounds) {
  let found = 0;
  for (let i = 0; i < rounds; i++) found += haystack.indexOf(1);
  return found;
}

function roundsForMillis(millis) {
  spin(20_000);
  const start = now();
  spin(20_000);
  return Math.round((millis / (now() - start)) * 20_000);
}

function burst() {
  const start = now();
  spin(rounds);
  burstMillis += now() - start;
}

const rounds = roundsForMillis(1);
const launcher =
  intervalMillis === undefined
    ? undefined
    : require('ox-profile').SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
const timer = setInterval(burst, 20);
const start = now();
const before = performance.eventLoopUtilization();

setTimeout(() => {
  clearInterval(timer);
  const elapsed = now() - start;
  const result = launcher?.query({ maxRecords: Infinity });
  answer({
    truth: burstMillis / elapsed,
    found: result && result.records.find(({ name }) => name === 'burst').wallMillis / elapsed,
    utilization: performance.eventLoopUtilization(before).utilization,
    elapsedMillis: elapsed,
    result: result && { ...result, records: undefined },
  });
  launcher?.cancel();
}, millis);
