'use strict';

// The processor time, of all threads, that a fixed amount of work takes in a
// process of its own, with a profiler that is loaded and rests.

const { load } = require('../peers/index.js');
const { answer, options } = require('./child.js');
const { profiler, rounds } = options();

if (profiler !== undefined) load(profiler);

const { work } = require('./work.js');

// Which of its code V8 compiles first, and how, is a matter of luck.
work(rounds / 2);
// What follows loading within two seconds is over.
setTimeout(() => {
  const before = process.cpuUsage();
  const checksum = work(rounds);
  const { user, system } = process.cpuUsage(before);
  answer({ cpuMillis: (user + system) / 1000, checksum });
}, 2500);
