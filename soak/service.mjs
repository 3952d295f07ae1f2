// The service that is soaked: Markdown over HTTP, on loopback, with workers that
// come and go, code that does, and now and then a stall. It does as the runner
// says, reports each second, and ends when it is told to.

import { join } from 'node:path';
import process from 'node:process';
import workerThreads from 'node:worker_threads';

import { SimpleLauncher } from 'ox-profile';
import { observe } from 'ox-profile/observe';

import { createService } from '../examples/service.mjs';

const { profiled, intervalMillis } = JSON.parse(process.argv[2]);
const WORKERS_AT_ONCE = 3;
const STALL_MILLIS = 300;
const STALL_EVERY_SECONDS = 7;
const COLLECT_EVERY_SECONDS = 5;

const launcher = profiled ? SimpleLauncher.launch({ intervalMillis }) : undefined;
const observer = observe();
const { server, paths } = await createService(join(import.meta.dirname, '..'), ['docs']);

let busy = false;
let second = 0;
let workers = 0;
let started = 0;
let functions = 0;
let answered = 0;

const workerSource = `
  const end = performance.now() + require('node:worker_threads').workerData;
  const work = () => {
    for (let i = 0; i < 200; i++) JSON.parse(JSON.stringify({ a: [1, 2, 3], b: { c: 'd' } }));
    if (performance.now() < end) setTimeout(work, 10);
  };
  work();`;

function startWorker() {
  if (workers >= WORKERS_AT_ONCE) return;
  workers++;
  started++;
  const worker = new workerThreads.Worker(workerSource, {
    eval: true,
    workerData: 200 + (started % 10) * 100,
    name: `job ${started % 4}`,
  });
  worker.once('exit', () => workers--);
  // Every third one in the middle of what it does.
  if (started % 3 === 0) setTimeout(() => void worker.terminate(), 150 + (started % 7) * 20);
}

/** Functions that are hot for a moment and then garbage. */
function churn() {
  for (let i = 0; i < 5; i++) {
    const name = `churn_${++functions}`;
    const work = new Function(
      `return function ${name}(end) { let n = 0; while (performance.now() < end) n++; return n; }`,
    )();
    work(performance.now() + 1);
  }
}

function stall() {
  const end = performance.now() + STALL_MILLIS;
  if (second % 2 === 0) while (performance.now() < end) JSON.parse('[1, 2, 3]');
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MILLIS);
}

function report() {
  second++;
  if (launcher) {
    launcher.query();
    answered++;
    if (second % 5 === 0) void observer.stacks();
    if (second % 10 === 0) launcher.show();
    if (second % 10 === 5) launcher.stalls();
  }
  // What is left then does not depend on when V8 happens to collect.
  const collected = second % COLLECT_EVERY_SECONDS === 0;
  if (collected) globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({
    second,
    busy,
    answered,
    collected,
    rss: rss / 2 ** 20,
    heap: heapUsed / 2 ** 20,
    started,
    cpuMillis: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
    stats: launcher?.stats(),
    kept: launcher?.profile().threads.length,
  });
  if (busy && second % STALL_EVERY_SECONDS === 0) stall();
}

const reporting = setInterval(report, 1000);
let timers = [];

/** While it is idle no timer but the reporter's keeps it from being parked. */
function become(what) {
  if (busy === (what === 'busy')) return;
  busy = what === 'busy';
  timers.forEach(clearInterval);
  timers = busy ? [setInterval(churn, 200), setInterval(startWorker, 500)] : [];
}

process.on('message', (message) => {
  if (message !== 'end') {
    become(message);
    return;
  }
  become('idle');
  clearInterval(reporting);
  launcher?.cancel();
  server.close();
  server.closeAllConnections();
  process.disconnect();
});

// Longer than the load ever rests: a connection that is closed just then fails a request.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, paths }));
