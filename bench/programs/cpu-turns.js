'use strict';

// The processor time, of all threads, that the same work takes with a profiler
// and without, turn and turn about in one process: what V8 happened to compile,
// and how, is then the same for all.

const { load } = require('../peers/index.js');
const { answer, options, randomSource } = require('./child.js');
const { profiler, intervals, turns, rounds } = options();

const measured = load(profiler);
const { work } = require('./work.js');

// One that can leave is there in its own turns only, and one that rests has a
// turn as well. That it comes late to its functions is no question here.
const canLeave = measured.leave !== undefined;
if (canLeave) measured.leave();

const nothing = { begin() {}, end() {} };
const present = {
  begin: () => measured.arrive({ lateCode: 'leave' }),
  end: () => measured.leave(),
};
const around = canLeave ? present : nothing;
const sampling = (millis) => ({
  begin() {
    around.begin();
    measured.start(millis);
  },
  end() {
    measured.stop();
    around.end();
  },
});

// Before it has sampled for the first time it is readier than later.
const paused = {
  begin() {
    present.begin();
    measured.start(intervals[0]);
    measured.stop();
  },
  end: present.end,
};

/** `again` is what the work differs by from itself. */
const variants = {
  none: nothing,
  again: nothing,
  ...(canLeave ? { paused } : {}),
  ...Object.fromEntries(intervals.map((millis) => [millis, sampling(millis)])),
};

function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

work(rounds * 4);
const random = randomSource(5);
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let turn = 0; turn < turns; turn++) {
  // In another order each time, or one would always collect the other's garbage.
  const order = Object.entries(variants)
    .map(([name, variant]) => ({ name, variant, at: random() }))
    .sort((a, b) => a.at - b.at);
  for (const { name, variant } of order) {
    variant.begin();
    work(rounds / 5); // What beginning left in caches and queues is not counted.
    const before = cpuMillis();
    work(rounds);
    times[name].push(cpuMillis() - before);
    variant.end();
  }
}
answer(times);
