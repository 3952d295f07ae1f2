'use strict';

// The processor time that other threads take while the main one is at work all the
// time: what the process takes beyond the time that passes. What the main thread
// is held up by is not in it.

const { load } = require('../peers/index.js');
const { answer, options } = require('./child.js');
const { profiler, intervals, millis } = options();

const measured = profiler === undefined ? undefined : load(profiler);

function burn(duration) {
  const end = performance.now() + duration;
  while (performance.now() < end);
}

/** @returns percent of a core */
function share() {
  burn(millis / 5); // What starting left to do is done.
  const began = performance.now();
  const before = process.cpuUsage();
  burn(millis);
  const { user, system } = process.cpuUsage(before);
  return (100 * (user + system)) / 1000 / (performance.now() - began) - 100;
}

const shares = {};
for (const interval of intervals) {
  if (interval !== null) measured.start(interval);
  shares[interval ?? 'none'] = share();
  if (interval !== null) measured.stop();
}
answer(shares);
measured?.launcher?.cancel();
