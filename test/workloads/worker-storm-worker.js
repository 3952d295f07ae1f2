'use strict';

// A worker of worker-storm.js. It need not know of the profiler.

const { parentPort, workerData } = require('node:worker_threads');

const { now } = require('./answer.js');

function stormWork(millis) {
  const began = now();
  while (now() < began + millis) JSON.parse('[1, 2, 3]');
  return now() - began;
}

function stormSpin() {
  while (true) JSON.parse('[1, 2, 3]');
}

const listen = () => parentPort.on('message', () => {});

const kinds = {
  works: () => parentPort.postMessage({ millis: stormWork(20) }),
  exits() {
    parentPort.postMessage({ millis: stormWork(20) });
    process.exit(3);
  },
  throws() {
    parentPort.postMessage({ millis: stormWork(20) });
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
  'is terminated while parked'() {
    listen();
    parentPort.postMessage({});
  },
};

kinds[workerData.kind]();
