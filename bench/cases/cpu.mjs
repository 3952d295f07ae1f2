import { child, interleave } from '../children.mjs';
import { canHave, ours } from '../peers.mjs';
import { median } from '../report.mjs';

// CPU time, of all threads, that a profiler adds to a busy program.

const intervals = [10, 5, 1];
const goals = { 10: '< 1 %', 1: '< 4 %' };

/** Percent: smaller differences are chance, even where the noise happens to be less. */
const LEAST_RESOLUTION = 0.3;

/**
 * By how many percent the least time of one is above the least of the other.
 * What disturbs only adds time, so this is steadier than the median of pairs.
 */
function leastToLeast(answers, base) {
  const least = (all) => Math.min(...all.map(({ cpuMillis }) => cpuMillis));
  return 100 * (least(answers) / least(base) - 1);
}

/** Same work, another process each: of a profiler that is there and rests. */
async function measurePaused({ quick, progress, peers }) {
  const run = (profiler) => () => child('cpu', { rounds: quick ? 50 : 300, profiler });
  const { base, again, ...answers } = await interleave(
    quick ? 3 : 5,
    {
      base: run(undefined),
      again: run(undefined),
      [ours.id]: run(ours.id),
      ...peers.variants(({ id }) => run(id)),
    },
    progress,
  );
  const all = [base, again, ...Object.values(answers)].flat().filter(Boolean);
  const checksums = new Set(all.map((each) => each.checksum));
  if (checksums.size !== 1) throw new Error('Expected the same work of all but it was not');

  const resolution = Math.max(LEAST_RESOLUTION, Math.abs(leastToLeast(again, base)));
  const percent = ({ cpuMillis }, round) => 100 * (cpuMillis / base[round].cpuMillis - 1);
  const row = (found, what, by) => ({
    what: `${what} (least to least: ${leastToLeast(found, base).toFixed(2)} %)`,
    unit: '%',
    values: found.map(percent),
    beside: by && {
      question: 'CPU added while it rests: paused, or loaded and not started',
      by,
      figure: leastToLeast(found, base),
      resolution,
    },
  });
  return [
    row(again, 'another process: the noise'),
    row(answers[ours.id], 'added by a paused launcher', ours.id),
    ...peers.rows(answers, ({ id, title }, found) =>
      row(found, `${title}: added when loaded and not started`, id),
    ),
  ];
}

/** Same work in one process, turn and turn about. */
async function measureTurns({ quick, progress, peers }) {
  const run = (profiler, possible) => () =>
    child('cpu-turns', {
      profiler,
      intervals: possible,
      turns: quick ? 10 : 40,
      rounds: quick ? 10 : 50,
    });
  const answers = await interleave(
    quick ? 1 : 2,
    {
      [ours.id]: run(ours.id, intervals),
      ...peers.variants((peer) => {
        const possible = intervals.filter((each) => canHave(peer, each));
        return run(peer.id, possible);
      }),
    },
    progress,
  );
  // Of one process: the median over its turns.
  const added = (times, name) =>
    median(times[name].map((millis, turn) => 100 * (millis / times.none[turn] - 1)));
  const noises = Object.values(answers)
    .flat()
    .filter(Boolean)
    .map((times) => Math.abs(added(times, 'again')));
  const resolution = Math.max(LEAST_RESOLUTION, ...noises);
  const row = (found, by, prefix, interval) => ({
    what: `${prefix}added at ${interval} ms`,
    unit: '%',
    values: found.map((times) => added(times, interval)),
    beside: { question: `CPU added at ${interval} ms`, by, resolution },
  });
  const noise = (found, prefix) => ({
    what: `${prefix}nothing: the noise`,
    unit: '%',
    values: found.map((times) => added(times, 'again')),
  });
  return [
    noise(answers[ours.id], ''),
    ...peers.rows(answers, ({ title }, found) => noise(found, `${title}: `)),
    {
      what: 'added by a paused launcher, of one process',
      unit: '%',
      values: answers[ours.id].map((times) => added(times, 'paused')),
      goal: '< 0.2 %',
    },
    ...intervals.flatMap((interval) => [
      { ...row(answers[ours.id], ours.id, '', interval), goal: goals[interval] },
      ...peers.rows(answers, (peer, found) =>
        canHave(peer, interval) ? row(found, peer.id, `${peer.title}: `, interval) : [],
      ),
    ]),
  ];
}

/** What of it other threads take, which is nearly free of noise. */
async function measureThreads({ quick, progress, peers }) {
  const run = (profiler, possible) => () =>
    child('cpu-threads', { profiler, intervals: possible, millis: quick ? 1000 : 5000 });
  const beside = [10, 1];
  const answers = await interleave(
    quick ? 1 : 3,
    {
      none: run(undefined, [null]),
      [ours.id]: run(ours.id, beside),
      ...peers.variants((peer) =>
        run(peer.id, beside.filter((each) => canHave(peer, each))),
      ),
    },
    progress,
  );
  const row = (found, by, prefix, interval) => ({
    what: `${prefix}of that in threads of its own, at ${interval} ms`,
    unit: '%',
    values: found.map((shares) => shares[interval]),
    beside: { question: `of that in other threads, at ${interval} ms`, by },
  });
  return [
    { what: 'in other threads, no profiler', unit: '%', values: answers.none.map(({ none }) => none) },
    ...beside.flatMap((interval) => [
      row(answers[ours.id], ours.id, '', interval),
      ...peers.rows(answers, (peer, found) =>
        canHave(peer, interval) ? row(found, peer.id, `${peer.title}: `, interval) : [],
      ),
    ]),
  ];
}

export async function measure(options) {
  return [
    ...(await measurePaused(options)),
    ...(await measureTurns(options)),
    ...(await measureThreads(options)),
  ];
}
