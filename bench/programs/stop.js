'use strict';

// How long the event loop of a wide program is stopped for what was sampled in
// so many milliseconds. The peers stop for that; ours is asked and goes on.

const { load } = require('../peers/index.js');
const { answer, options, timed } = require('./child.js');
const { profiler, intervalMillis, lengths } = options();

const measured = load(profiler);
const { launcher } = measured;
const { WideProgram } = require('./wide.js');

const program = new WideProgram();
program.run(2000);
const stops = lengths.map((millis) => {
  measured.start(intervalMillis);
  program.run(millis);
  const queryMillis = launcher && timed(() => launcher.query());
  // So that there is something new for it too.
  if (launcher) program.run(200);
  const profileMillis = launcher && timed(() => launcher.profile());
  let stopped;
  const stopMillis = timed(() => {
    stopped = measured.stop();
  });
  return { queryMillis, profileMillis, stopMillis, size: stopped.size() };
});
answer(stops);
launcher?.cancel();
