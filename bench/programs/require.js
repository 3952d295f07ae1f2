'use strict';

// What a program pays at its start for a profiler that it loads first.

const { answer, options } = require('./child.js');
const { profiler } = options();

const began = performance.now();
if (profiler !== undefined) require('../peers/index.js').load(profiler);
const loadMillis = performance.now() - began;
const { user, system } = process.cpuUsage();
answer({ loadMillis, cpuMillis: (user + system) / 1000 });
