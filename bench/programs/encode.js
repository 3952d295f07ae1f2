'use strict';

// For how long a loop that never rests stands still at most while a profile of
// many nodes is encoded, and beside it while another thread merely computes.

const { Worker } = require('node:worker_threads');
const { once } = require('node:events');
const { setTimeout: delay } = require('node:timers/promises');

const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options } = require('./child.js');
const { nodes: wanted, calls } = options();

const { SimpleLauncher } = requireOurs();
const launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity, threads: 'main' });
launcher.start();

const { WideProgram } = require('./wide.js');

const program = new WideProgram({ stacks: Math.round((wanted * 1.1) / 13.5) });
launcher.unpause();
while (launcher.profile().length < wanted) program.run(100);
const profile = launcher.profile();
launcher.cancel();

/** The longest gap between two turns of the loop; of interest from time to time. */
class Gaps {
  #last = performance.now();
  #longest = 0;

  constructor() {
    this.#turn();
  }

  #turn() {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    setImmediate(() => this.#turn());
  }

  /** Milliseconds, of what happens until the promise is settled. */
  async longestDuring(begin) {
    await delay(50);
    this.#longest = 0;
    await begin();
    return this.#longest;
  }
}

const spin = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (millis) => {
    const end = performance.now() + millis;
    while (performance.now() < end);
    parentPort.postMessage(0);
  });`;

async function main() {
  const gaps = new Gaps();
  const encode = () => profile.encode('pprof');
  const first = await gaps.longestDuring(encode);
  const began = performance.now();
  await encode();
  const millis = performance.now() - began;

  let worker;
  const starting = await gaps.longestDuring(async () => {
    worker = new Worker(spin, { eval: true });
    await once(worker, 'online');
  });
  const computing = async () => {
    worker.postMessage(millis);
    await once(worker, 'message');
  };
  const encoding = [];
  const beside = [];
  for (let call = 0; call < calls; call++) {
    encoding.push(await gaps.longestDuring(encode));
    beside.push(await gaps.longestDuring(computing));
  }
  answer({ first, starting, encoding, beside });
  process.exit();
}

main();
