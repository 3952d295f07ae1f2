import { child, interleave } from '../children.mjs';
import { median } from '../report.mjs';

// CPU time, of all threads, that a profiler adds to a busy program.

/** Same work, another process each: what there is already when nothing samples. */
const paused = [
  { what: 'another process: the noise', options: {} },
  { what: 'added by a paused launcher', options: { profiler: 'paused' }, goal: '< 0.2 %' },
];

/** Same work in one process, turn and turn about. */
const turns = [
  { what: 'nothing: the noise', name: 'again' },
  { what: 'added at 10 ms', name: 'tenMillis', goal: '< 1 %' },
  { what: 'added at 1 ms', name: 'oneMilli', goal: '< 4 %' },
];

/**
 * By how many percent the least time of one is above the least of the other.
 * What disturbs only adds time, so this is steadier than the median of pairs.
 */
function leastToLeast(answers, base) {
  const least = (all) => Math.min(...all.map(({ cpuMillis }) => cpuMillis));
  return 100 * (least(answers) / least(base) - 1);
}

async function measurePaused(quick, progress) {
  const run = (options) => () => child('cpu', { rounds: quick ? 50 : 400, ...options });
  const { base, ...answers } = await interleave(
    quick ? 3 : 9,
    {
      base: run({}),
      ...Object.fromEntries(paused.map(({ what, options }) => [what, run(options)])),
    },
    progress,
  );
  const checksums = new Set([base, ...Object.values(answers)].flat().map((each) => each.checksum));
  if (checksums.size !== 1) throw new Error('Expected the same work of all but it was not');

  const percent = ({ cpuMillis }, round) => 100 * (cpuMillis / base[round].cpuMillis - 1);
  return paused.map(({ what, goal }) => ({
    what: `${what} (least to least: ${leastToLeast(answers[what], base).toFixed(2)} %)`,
    goal,
    unit: '%',
    values: answers[what].map(percent),
  }));
}

async function measureTurns(quick, progress) {
  const run = (profiler) => () =>
    child('cpu-turns', { profiler, turns: quick ? 4 : 30, rounds: quick ? 25 : 100 });
  const answers = await interleave(
    quick ? 1 : 5,
    { ours: run('ox-profile'), inspector: run('inspector') },
    progress,
  );
  // Of one process: the median over its turns.
  const added = (times, name) =>
    median(times[name].map((millis, turn) => 100 * (millis / times.none[turn] - 1)));
  const rowsOf = (all, prefix) =>
    turns.map(({ what, name, goal }) => ({
      what: prefix + what,
      goal: prefix === '' ? goal : undefined,
      unit: '%',
      values: all.map((times) => added(times, name)),
    }));
  return [...rowsOf(answers.ours, ''), ...rowsOf(answers.inspector, 'inspector: ')];
}

export async function measure({ quick, progress }) {
  return [...(await measurePaused(quick, progress)), ...(await measureTurns(quick, progress))];
}
