'use strict';

// Mostly idle, with a burst of 1 ms from a timer every 20 ms.

const { performance } = require('node:perf_hooks');
const { answer, now, options } = require('./answer.js');

const { intervalMillis, millis = 20_000 } = options();
let burstMillis = 0;

function burst() {
  const start = now();
  while (now() - start < 1);
  burstMillis += now() - start;
}

const launcher =
  intervalMillis === undefined
    ? undefined
    : require('ox-profile').SimpleLauncher.launch({ intervalMillis });
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
