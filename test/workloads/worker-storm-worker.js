'use strict';

// A worker of worker-storm.js. It need not know of the profiler.

const { parentPort, workerData } = require('node:worker_threads');

const { now } = require('./answer.js');

const stop = new Int32Array(workerData.stop);

/** Works until it is told that it has been sampled enough. */
function stormWork() {
  const began = now();
  while (Atomics.load(stop, 0) === 0) JSON.parse('[1, 2, 3]');
  return now() - began;
}

function stormSpin() {
  while (true) JSON.parse('[1, 2, 3]');
}

const kinds = {
  works: () => parentPort.postMessage({ millis: stormWork() }),
  exits() {
    parentPort.postMessage({ millis: stormWork() });
    process.exit(3);
  },
  throws() {
    parentPort.postMessage({ millis: stormWork() });
    throw new Error('on purpose');
  },
  'is terminated at once': stormSpin,
  'is terminated when online': stormSpin,
  'is terminated at work'() {
    parentPort.postMessage({});
    stormSpin();
  },
  'is terminated in a drain'() {
    parentPort.postMessage({});
    stormSpin();
  },
  'is terminated while asked'() {
    parentPort.postMessage({});
    stormSpin();
  },
  'is terminated in its exit listener': () =>
    process.on('exit', () => {
      parentPort.postMessage({});
      stormSpin();
    }),
  // Again and again: it may be parked already when its message is read.
  'is terminated while parked'() {
    setInterval(() => {}, 50);
    parentPort.postMessage({});
  },
};

kinds[workerData.kind]();
