import { child, interleave } from '../children.mjs';

// CPU time, of all threads, that a profiler adds to a busy program. Each round
// does the same work with each of them, and twice with none: that pair says how
// much of a difference is only noise.

const added = [
  { what: 'added by nothing: the noise', options: {} },
  { what: 'added while paused', options: { profiler: 'paused' }, goal: '< 0.2 %' },
  {
    what: 'added at 10 ms',
    options: { profiler: 'ox-profile', intervalMillis: 10 },
    goal: '< 1 %',
  },
  { what: 'added at 1 ms', options: { profiler: 'ox-profile', intervalMillis: 1 }, goal: '< 4 %' },
  { what: 'inspector: added at 10 ms', options: { profiler: 'inspector', intervalMillis: 10 } },
  { what: 'inspector: added at 1 ms', options: { profiler: 'inspector', intervalMillis: 1 } },
];

/**
 * By how many percent the least time of one is above the least of the other.
 * What disturbs only adds time, so this is steadier than the median of pairs.
 */
function leastToLeast(answers, base) {
  const least = (all) => Math.min(...all.map(({ cpuMillis }) => cpuMillis));
  return 100 * (least(answers) / least(base) - 1);
}

export async function measure({ quick, progress }) {
  const rounds = quick ? 3 : 11;
  const run = (options) => () => child('cpu', { rounds: quick ? 50 : 400, ...options });
  const { base, ...answers } = await interleave(
    rounds,
    { base: run({}), ...Object.fromEntries(added.map(({ what, options }) => [what, run(options)])) },
    progress,
  );

  const checksums = new Set([base, ...Object.values(answers)].flat().map((each) => each.checksum));
  if (checksums.size !== 1) throw new Error('Expected the same work of all but it was not');

  const percent = ({ cpuMillis }, round) => 100 * (cpuMillis / base[round].cpuMillis - 1);
  return [
    { what: 'the work itself', values: base.map(({ cpuMillis }) => cpuMillis) },
    ...added.map(({ what, goal }) => ({
      what: `${what} (least to least: ${leastToLeast(answers[what], base).toFixed(2)} %)`,
      goal,
      unit: '%',
      values: answers[what].map(percent),
    })),
  ];
}
