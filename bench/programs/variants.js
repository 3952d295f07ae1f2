'use strict';

const nothing = { begin() {}, end() {} };

/**
 * What is measured in turns within one process, by name: with no profiler, again
 * so (what the work differs by from itself), paused, and sampling.
 *
 * One that can leave is there in its own turns only, and one that rests has a turn
 * as well. That it comes late to the program's functions is no question there.
 *
 * @param measured a profiler, as `load()` gives it; it leaves if it can
 * @param intervals milliseconds; each is a variant
 * @returns {Record<string, { begin: () => void, end: () => void }>}
 */
function variantsOf(measured, intervals) {
  const canLeave = measured.leave !== undefined;
  if (canLeave) measured.leave();

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

  return {
    none: nothing,
    again: nothing,
    ...(canLeave ? { paused } : {}),
    ...Object.fromEntries(intervals.map((millis) => [millis, sampling(millis)])),
  };
}

/**
 * Has each variant have a turn, again and again: in another order each time, or
 * one would always collect the other's garbage.
 *
 * @param measure what is done between a variant's beginning and end; its
 *   answers are what is returned, by the variants' names
 */
async function takeTurns(variants, turns, random, measure) {
  const answers = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    const order = Object.entries(variants)
      .map(([name, variant]) => ({ name, variant, at: random() }))
      .sort((a, b) => a.at - b.at);
    for (const { name, variant } of order) {
      variant.begin();
      answers[name].push(await measure());
      variant.end();
    }
  }
  return answers;
}

/** Milliseconds of processor time that the process has used, in all threads. */
function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

module.exports = { cpuMillis, takeTurns, variantsOf };
