'use strict';

// This profiler and another one in one process. They are started and stopped in
// the order of `steps`, and the program works after each of them.

const { Session } = require('node:inspector');
const { SimpleLauncher } = require('ox-profile');
const { answer, now, options } = require('./answer.js');

function burn(millis) {
  const end = now() + millis;
  while (now() < end);
}

// The one to look for: never hot itself, so that a profiler that comes late
// knows it, and time of what is hot goes to it at worst.
function atWork(millis) {
  for (let i = 0; i < 10; i++) burn(millis / 10);
}

/** Each starts another profiler, and stops it and tells whether it saw atWork(). */
const others = {
  inspector() {
    const session = new Session();
    session.connect();
    const post = (method, params) => {
      let answered;
      session.post(method, params, (error, result) => {
        if (error) throw new Error(error.message);
        answered = result;
      });
      return answered;
    };
    return {
      start() {
        post('Profiler.enable');
        post('Profiler.setSamplingInterval', { interval: 1000 });
        post('Profiler.start');
      },
      stop() {
        const { nodes } = post('Profiler.stop').profile;
        session.disconnect();
        return nodes.some(({ callFrame }) => callFrame.functionName === 'atWork');
      },
    };
  },
  pprof: () => pprof({}),
  // With contexts it takes the signal's handler from V8 and calls that from its own.
  pprofWithContexts: () => pprof({ withContexts: true }),
};

function pprof(more) {
  const { time } = require('@datadog/pprof');
  return {
    start: () => time.start({ intervalMicros: 1000, durationMillis: 60_000, ...more }),
    stop() {
      const { stringTable, sample } = time.stop();
      return sample.length > 0 && stringTable.strings.includes('atWork');
    },
  };
}

const { other: otherName, steps } = options();
const other = others[otherName]();
let launcher;
const seen = { samples: {}, ours: false, theirs: false };

const samples = () => launcher.query().samples;

/** Works until there are more samples. */
function workUntilSampled() {
  const enough = samples() + 10;
  const deadline = now() + 60_000;
  while (samples() < enough) {
    if (now() > deadline) throw new Error(`in vain for a minute: ${samples()} of ${enough} samples`);
    atWork(20);
  }
}

/** Works for so much CPU time: a busy machine then gives a sampler its turns too. */
function use(cpuMillis) {
  const before = process.cpuUsage();
  const used = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  do atWork(10);
  while (used() < cpuMillis);
}

const run = {
  launch() {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    workUntilSampled();
  },
  pause() {
    launcher.pause();
    seen.samples.paused = samples();
    use(50);
  },
  unpause() {
    seen.samples.stillPaused = samples();
    launcher.unpause();
    workUntilSampled();
  },
  cancel() {
    const { records, samples } = launcher.query({ filter: '^atWork$' });
    seen.samples.end = samples;
    seen.ours = records.length === 1 && records[0].hits > 0;
    launcher.cancel();
    use(50);
  },
  start() {
    other.start();
    // It tells what it has seen only when it is stopped.
    use(100);
  },
  stop() {
    seen.theirs = other.stop();
    use(50);
  },
};

for (const step of steps) run[step]();
answer(seen);
