'use strict';

// A worker of life-cycle.js. It says when it is ready, and ends when it is told
// to, unless it ends by itself or never listens.

const { setTimeout: delay } = require('node:timers/promises');
const { Worker, parentPort, workerData } = require('node:worker_threads');

let told = false;

function listen() {
  parentPort.once('message', () => {
    told = true;
    parentPort.close();
  });
}

function launch() {
  const { SimpleLauncher } = require('ox-profile');
  const launcher = new SimpleLauncher({ intervalMillis: 0.5, parkAfterMillis: 1 });
  try {
    launcher.start();
    launcher.unpause();
    return { launcher };
  } catch (error) {
    return { code: error.code };
  }
}

const kinds = {
  waits: listen,
  works() {
    listen();
    const work = () => {
      for (let i = 0; i < 100; i++) JSON.parse('[1, 2, 3]');
      if (!told) setImmediate(work);
    };
    work();
  },
  spins() {
    parentPort.postMessage({});
    while (true) JSON.parse('[1, 2, 3]');
  },
  ends() {},
  exits: () => process.exit(3),
  throws() {
    throw new Error('on purpose');
  },
  collects() {
    listen();
    let kept = [];
    const work = () => {
      kept = kept.concat(Array.from({ length: 1000 }, (_, i) => ({ i }))).slice(-20_000);
      if (!told) setImmediate(work);
    };
    work();
  },
  async observes() {
    listen();
    const { observe } = require('ox-profile/observe');
    while (!told) {
      await observe().stacks({ timeoutMillis: 2 });
      await delay(1);
    }
  },
  nests() {
    listen();
    const nested = new Worker(require.resolve('./life-cycle-worker.js'), {
      workerData: { kind: 'spins' },
    });
    nested.unref();
  },
  launches() {
    listen();
    const { code } = launch();
    parentPort.postMessage({ code });
  },
  'launches and pauses'() {
    listen();
    const { code, launcher } = launch();
    launcher?.pause();
    parentPort.postMessage({ code });
  },
};

// Those that never come back have said so themselves.
void kinds[workerData.kind]();
parentPort.postMessage({});
