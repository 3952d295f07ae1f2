'use strict';

// The processor time, of all threads, that a fixed amount of work takes.

const { answer, options } = require('./child.js');
const { profiler, intervalMillis, rounds } = options();

let launcher;
if (profiler === 'ox-profile' || profiler === 'paused') {
  const { SimpleLauncher } = require('ox-profile');
  launcher = new SimpleLauncher({ intervalMillis });
  launcher.start();
  if (profiler !== 'paused') launcher.unpause();
} else if (profiler === 'inspector') {
  const { InspectorProfiler } = require('./inspector.js');
  new InspectorProfiler().start(intervalMillis);
}

const { work } = require('./work.js');

// Which of its code V8 compiles first, and how, is a matter of luck.
work(rounds / 2);
const before = process.cpuUsage();
const checksum = work(rounds);
const { user, system } = process.cpuUsage(before);
answer({ cpuMillis: (user + system) / 1000, checksum, samples: launcher?.query().samples });
launcher?.cancel();
