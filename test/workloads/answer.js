'use strict';

// What a workload says when it is done: one line of JSON on its stdout, with the
// shares that it measured itself (`truth`) and those that the profiler found.

/** Milliseconds. Not process.hrtime.bigint(): its garbage is collected in the
 * middle of what is timed, and a profiler rightly puts that time elsewhere. */
function now() {
  return performance.now();
}

/** A stopwatch for each name; `truth()` is each one's share of their sum. */
class Stopwatch {
  #millis = new Map();

  time(name, work) {
    const start = now();
    work();
    this.#millis.set(name, (this.#millis.get(name) ?? 0) + now() - start);
  }

  truth() {
    const sum = [...this.#millis.values()].reduce((all, each) => all + each, 0);
    return Object.fromEntries([...this.#millis].map(([name, millis]) => [name, millis / sum]));
  }
}

/** Each name's share of the wall time of all of them, as the profiler has it. */
function foundShares(launcher, names, column = 'wallMillis') {
  const { records } = launcher.query({ maxRecords: Infinity });
  const millis = names.map((name) =>
    records
      .filter((record) => record.name === name)
      .reduce((sum, record) => sum + record[column], 0),
  );
  const sum = millis.reduce((all, each) => all + each, 0);
  return Object.fromEntries(names.map((name, i) => [name, sum > 0 ? millis[i] / sum : 0]));
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The workload's options: JSON in its first argument. */
function options() {
  return JSON.parse(process.argv[2] ?? '{}');
}

module.exports = { answer, foundShares, now, options, Stopwatch };
