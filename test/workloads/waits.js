'use strict';

// A program that mostly waits: for a timer, a file, a socket, another thread or
// another process; then it works for some milliseconds.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { answer, now, options, PATIENCE_MILLIS } = require('./answer.js');
const { boundOfHits, MOST_BOUND } = require('./shares.js');

const {
  waitsFor,
  everyMillis,
  workMillis,
  intervalMillis,
  patienceMillis = PATIENCE_MILLIS,
  folders = ['ox-profile'],
} = options();

const haystack = Buffer.alloc(1 << 16);

// Native code, which leaves no garbage and which no compiler inlines.
function work(millis) {
  const end = now() + millis;
  let found = 0;
  do for (let i = 0; i < 20; i++) found += haystack.indexOf(1);
  while (now() < end);
  return found;
}

const totals = { workMillis: 0, calls: 0 };

function onEvent() {
  const start = now();
  work(workMillis);
  totals.workMillis += now() - start;
  totals.calls++;
  finishIfEnough();
}

/** Runs JavaScript in another process, with `every` and `send()` to be defined. */
function inChild(code, stdio, args = []) {
  const program = `const every = ${String(everyMillis)}; ${code}; setInterval(send, every);`;
  const child = spawn(process.execPath, ['-e', program, ...args], { stdio });
  ends.push(() => child.kill());
  return child;
}

/** What ends the waiting for good. */
const ends = [];

/** Each begins to call onEvent() again and again. */
const sources = {
  timer() {
    const timer = setInterval(onEvent, everyMillis);
    ends.push(() => clearInterval(timer));
  },
  process() {
    const send = "const send = () => process.stdout.write('.')";
    inChild(send, ['ignore', 'pipe', 'inherit']).stdout.on('data', onEvent);
  },
  socket() {
    const server = net.createServer((socket) => socket.on('data', onEvent).on('error', () => {}));
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      const connect = `const socket = require('net').connect(${String(port)}, '127.0.0.1')`;
      inChild(`${connect}; const send = () => socket.write('.')`, ['ignore', 'ignore', 'inherit']);
    });
    ends.push(() => server.close());
  },
  file() {
    // A pipe with a name, which a thread of libuv reads as it does files.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ox-profile-waits-'));
    ends.push(() => fs.rmSync(folder, { recursive: true }));
    const name = path.join(folder, 'pipe');
    require('node:child_process').execFileSync('mkfifo', [name]);
    const open = "const fd = require('fs').openSync(process.argv[1], 'w')";
    inChild(`${open}; const send = () => require('fs').writeSync(fd, '.')`, 'ignore', [name]);
    fs.open(name, 'r', (error, fd) => {
      if (error) throw error;
      const buffer = Buffer.alloc(16);
      const read = () =>
        fs.read(fd, buffer, 0, buffer.length, null, (failed, count) => {
          if (failed || count === 0) return;
          onEvent();
          if (ends.length > 0) read();
        });
      read();
    });
  },
  port() {
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      setInterval(() => parentPort.postMessage(0), workerData);`;
    const worker = new Worker(code, { eval: true, workerData: everyMillis });
    worker.on('message', onEvent);
    ends.push(() => worker.terminate());
  },
};

const launchers = folders.map((folder) =>
  require(folder).SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity }),
);
let began;

/** The answer takes a while itself, and would be work as well. */
const LOOKS_EVERY_MILLIS = 5000;
let lookAt = 0;

/** Some of what the loop is at work is always Node's. */
const MOST_OF_BUSY = 0.99;

function figuresOf(launcher) {
  const spanMillis = now() - began.at;
  const { records, samples, durationMillis, idleMillis } = launcher.query({
    maxRecords: Infinity,
    thread: 0,
    includeSystem: true,
  });
  const { active } = performance.eventLoopUtilization(began.utilization);
  const shareOf = (name) =>
    (records.find((record) => record.name === name)?.wallMillis ?? 0) / durationMillis;
  const truth = (totals.workMillis - began.workMillis) / spanMillis;
  // What the profiler itself took is measured apart.
  const busy = (durationMillis - idleMillis) / durationMillis - shareOf('(profiler)');
  return {
    work: {
      truth,
      found: shareOf('work'),
      bound: samples === 0 ? 1 : boundOfHits(Math.min(truth, busy * MOST_OF_BUSY), busy, samples),
      // What a test that proves something may have.
      mostBound: Math.min(MOST_BOUND, Math.max(0.0015, truth / 10)),
      samples,
    },
    // All that the loop was at work and not in work().
    program: { most: Math.max(0, active / spanMillis - truth), found: shareOf('(program)') },
    busy,
    parks: launcher.stats().parks.count,
  };
}

function finishIfEnough() {
  const at = now();
  if (began === undefined) {
    // What it took to begin is left out.
    if (totals.calls < 2) return;
    for (const launcher of launchers) launcher.reset();
    began = {
      at: now(),
      workMillis: totals.workMillis,
      utilization: performance.eventLoopUtilization(),
    };
    lookAt = at + LOOKS_EVERY_MILLIS;
    return;
  }
  if (at < lookAt) return;
  lookAt = at + LOOKS_EVERY_MILLIS;
  const figures = launchers.map(figuresOf);
  const areEnough = figures.every(({ work: { bound, mostBound } }) => bound <= mostBound);
  if (!areEnough && at - began.at < patienceMillis) return;
  answer(figures);
  for (const launcher of launchers) launcher.cancel();
  for (const end of ends.splice(0)) void end();
}

sources[waitsFor]();
