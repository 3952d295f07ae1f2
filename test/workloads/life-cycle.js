'use strict';

// Takes the steps of test/support/life-cycles.ts, sees that each comes to what
// was foretold, says `done`, and ends as it is told. A step that comes to
// something else is told on stderr, and ends the program with code 99.

const { writeSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const { inspect } = require('node:util');
const workerThreads = require('node:worker_threads');

const { SimpleLauncher } = require('ox-profile');
const { observe } = require('ox-profile/observe');

const { options, now } = require('./answer.js');

const { lists, last, how } = revive(options());
const observer = observe();
const launchers = new Map();
const workers = new Map();

/** JSON has no Infinity. */
function revive(value) {
  if (value === 'Infinity') return Infinity;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revive);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revive(each)]));
}

function startWorker(kind, name) {
  // Looked up each time: a started launcher replaces it.
  const worker = new workerThreads.Worker(require.resolve('./life-cycle-worker.js'), {
    workerData: { kind },
    ...(name === undefined ? {} : { name }),
  });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.on('error', reject);
    worker.once('exit', resolve);
  });
  // One kind throws on purpose.
  ready.catch(() => {});
  return { kind, worker, exited, ready };
}

const actions = {
  construct: ({ on, args }) => void launchers.set(on, new SimpleLauncher(...args)),
  burn({ millis }) {
    const end = now() + millis;
    while (now() < end) JSON.parse('[1, 2, 3]');
  },
  block: ({ millis }) =>
    void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis),
  sleep: ({ millis }) => delay(millis),
  churn({ millis }) {
    const end = now() + millis;
    for (let i = 0; now() < end; i++) new Function('n', `return n + ${i}`)(i);
  },
  async worker({ on, kind, name, wait }) {
    const started = startWorker(kind, name);
    workers.set(on, started);
    if (!wait) return;
    const answer = await started.ready.catch(() => undefined);
    if (answer?.code) throw Object.assign(new Error(answer.code), { code: answer.code });
  },
  async tell({ on }) {
    const { worker, exited } = workers.get(on);
    worker.postMessage('end');
    await exited;
  },
  async terminate({ on, wait }) {
    const ended = workers.get(on).worker.terminate();
    if (wait) await ended;
  },
  'observe.stacks': ({ args, wait }) => maybe(observer.stacks(...args), wait),
  'observe.profile': ({ args, wait }) => maybe(observer.profile(...args), wait),
  'observe.stalls': () => void observer.stalls(),
};

/** What is not waited for may find that the launcher has been cancelled since. */
function maybe(promise, wait) {
  if (wait) return promise.then(() => {});
  promise.catch(() => {});
}

function act(step) {
  const action = actions[step.op];
  if (action) return action(step);
  const result = launchers.get(step.on)[step.op](...(step.args ?? []));
  return step.returns === undefined ? undefined : result;
}

function check(step, outcome, result) {
  if (outcome === step.expect && result === step.returns) return;
  const came = inspect({ outcome, result });
  writeSync(2, `${inspect(step, { depth: 4, breakLength: Infinity })} came to ${came}\n`);
  process.exit(99);
}

const codeOf = (error) => error.code ?? error.stack;

async function take(step) {
  let outcome = 'ok';
  let result;
  try {
    result = await act(step);
  } catch (error) {
    outcome = codeOf(error);
  }
  check(step, outcome, result);
}

function takeNow(steps) {
  for (const step of steps) {
    let outcome = 'ok';
    let result;
    try {
      result = act(step);
    } catch (error) {
      outcome = codeOf(error);
    }
    check(step, outcome, result);
  }
}

function fail() {
  throw new Error('on purpose');
}

function exit() {
  process.exit(7);
}

const endings = {
  'runs out of work'() {},
  'runs out of work after a timer': () => setTimeout(() => {}, 30),
  'calls process.exit(7)': exit,
  'calls process.exit(7) from a timer': () => setTimeout(exit, 20),
  'calls process.exit(7) from an exit listener': () => process.once('exit', exit),
  'calls process.exit(7) while workers start'() {
    for (const kind of ['ends', 'spins', 'launches']) startWorker(kind);
    setTimeout(exit, 5 * last.length);
  },
  'calls process.exit(7) while workers are terminated'() {
    for (const { worker } of workers.values()) void worker.terminate();
    const spinning = startWorker('spins');
    spinning.worker.once('message', () => {
      void spinning.worker.terminate();
      exit();
    });
  },
  'calls process.exit(7) while threads are asked'() {
    void observer.stacks();
    exit();
  },
  throws: () => setTimeout(fail, 5),
  rejects: () => setTimeout(() => void Promise.reject(new Error('on purpose')), 5),
  'exits in an uncaughtException listener'() {
    process.on('uncaughtException', () => process.exit(4));
    setTimeout(fail, 5);
  },
  'has a worker that throws'() {
    startWorker('throws').worker.removeAllListeners('error');
  },
  'takes its last steps in an exit listener': () => process.once('exit', () => takeNow(last)),
  'takes its last steps in a beforeExit listener': () =>
    process.once('beforeExit', () => takeNow(last)),
  'is ended by SIGTERM'() {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => {}, 60_000);
  },
  'handles SIGTERM'() {
    process.on('SIGTERM', () => process.exit(9));
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => {}, 60_000);
  },
};

async function main() {
  for (const steps of lists) for (const step of steps) await take(step);
  writeSync(1, 'done\n');
  for (const { worker } of workers.values()) worker.unref();
  // Outside of the promise, as a program's own code would be.
  setImmediate(endings[how]);
}

void main();
