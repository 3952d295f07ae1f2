'use strict';

// What workloads have in common: their options, their clock, and what they say when
// they are done, which is one line of JSON on stdout.

const { openSync, readSync } = require('node:fs');

const { MOST_BOUND, Shares } = require('./shares.js');

/** Milliseconds. Not process.hrtime.bigint(): its garbage is collected in the
 * middle of what is timed, and a profiler rightly puts that time elsewhere. */
function now() {
  return performance.now();
}

/**
 * CPU time of this thread, or where Node.js does not tell it, of the process.
 *
 * Linux answers for a thread with what it was at the last tick, milliseconds ago. A
 * question for the process brings the time of the calling thread up to date
 * (thread_group_cputime() in kernel/sched/cputime.c), so that is asked first.
 */
function cpuMillis() {
  const ofProcess = process.cpuUsage();
  if (schedulerFile !== undefined) {
    const length = readSync(schedulerFile, schedulerText, 0, schedulerText.length, 0);
    return parseInt(schedulerText.latin1Slice(0, length), 10) / 1e6;
  }
  const { user, system } = process.threadCpuUsage?.() ?? ofProcess;
  return (user + system) / 1000;
}

/** Where Linux tells how long the first thread had a core, in nanoseconds, before a blank;
 * unless Node.js tells it, or this Linux does not. */
const schedulerFile = (() => {
  if (process.platform !== 'linux' || process.threadCpuUsage !== undefined) return undefined;
  try {
    return openSync('/proc/thread-self/schedstat');
  } catch {
    return undefined;
  }
})();
const schedulerText = Buffer.alloc(100);

/** The clocks of a record's columns. */
const clocks = { wallMillis: now, cpuMillis };
const columns = Object.keys(clocks);

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

/** Times by names and columns, to be added to. */
class Times {
  #sums = new Map();

  add(name, column, millis) {
    const key = `${name} ${column}`;
    this.#sums.set(key, this.of(name, column) + millis);
  }

  of(name, column) {
    return this.#sums.get(`${name} ${column}`) ?? 0;
  }

  /** Times `work()` by each clock. */
  time(name, work) {
    const before = columns.map((column) => clocks[column]());
    work();
    columns.forEach((column, i) => this.add(name, column, clocks[column]() - before[i]));
  }
}

/** What the profiler has by now of each name, and of all of them. */
function countsOf(launcher, names) {
  const times = new Times();
  let hits = 0;
  for (const record of launcher.query({ maxRecords: Infinity }).records) {
    if (!names.includes(record.name)) continue;
    hits += record.hits;
    for (const column of columns) times.add(record.name, column, record[column]);
  }
  return { times, hits };
}

/** Far beyond what any machine needs for shares that are known well enough. */
const PATIENCE_MILLIS = 90_000;

/** Where other programs had the cores for more than the rest, one wait for a core may
 * be as long as a batch. Which function it hit is then chance, and not of the kind that
 * batches show: there are too few of them. */
const LEAST_CPU_OF_WALL = 0.9;

/**
 * Works in batches until each name's share of the CPU time of all names is known
 * well enough. Shares of the wall time are told where no other program had the cores.
 *
 * @param {Record<string, () => void>} work functions, by the names that they have
 * @returns of each launcher, by column, what `Shares` says
 */
function measureShares(launchers, work, { batchMillis = 100, patienceMillis = PATIENCE_MILLIS, mostBound = MOST_BOUND } = {}) {
  const names = Object.keys(work);
  const all = { wallMillis: 0, cpuMillis: 0 };
  const watched = launchers.map((launcher) => ({
    launcher,
    before: countsOf(launcher, names),
    shares: Object.fromEntries(columns.map((column) => [column, new Shares()])),
  }));
  const deadline = now() + patienceMillis;
  do {
    const truth = new Times();
    const end = now() + batchMillis;
    do {
      for (const name of names) truth.time(name, work[name]);
    } while (now() < end);
    for (const column of columns) {
      all[column] += sumOf(names.map((name) => truth.of(name, column)));
    }
    for (const each of watched) {
      const after = countsOf(each.launcher, names);
      const samples = after.hits - each.before.hits;
      for (const column of columns) {
        const found = (name) => after.times.of(name, column) - each.before.times.of(name, column);
        const totals = {
          trueTotal: sumOf(names.map((name) => truth.of(name, column))),
          foundTotal: sumOf(names.map(found)),
          samples,
        };
        const batch = (name) => ({ truth: truth.of(name, column), found: found(name), ...totals });
        each.shares[column].add(Object.fromEntries(names.map((name) => [name, batch(name)])));
      }
      each.before = after;
    }
  } while (!watched.every(({ shares }) => shares.cpuMillis.areEnough(mostBound)) && now() < deadline);
  const hadCores = all.cpuMillis >= LEAST_CPU_OF_WALL * all.wallMillis;
  const told = columns.filter((column) => column === 'cpuMillis' || hadCores);
  return watched.map(({ shares }) =>
    Object.fromEntries(told.map((column) => [column, shares[column].judged()])),
  );
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The workload's options: JSON in its first argument. */
function options() {
  return JSON.parse(process.argv[2] ?? '{}');
}

module.exports = { answer, cpuMillis, measureShares, now, options, PATIENCE_MILLIS, Times };
