import { child, interleave } from '../children.mjs';

// How long drains stop the event loop of a wide program: 4 000 functions in
// 6 000 stacks. They happen inside interrupts, so the program looks for gaps
// in itself; the same program without a profiler has some too.

export async function measure({ quick, progress }) {
  const rounds = quick ? 1 : 4;
  const millis = quick ? 4000 : 10_000;
  const run = (profiler, options) => () => child('drain', { profiler, millis, ...options });
  const { none, ours, asked, turned, inspector } = await interleave(
    rounds,
    {
      none: run('none'),
      ours: run('ox-profile'),
      asked: run('ox-profile', { ask: true }),
      // Where a rotation's length was planned for a program that is narrow.
      turned: run('ox-profile', { narrowMillis: 4000, millis: 2000 }),
      inspector: run('inspector', { millis: 5000 }),
    },
    progress,
  );
  const thousands = Math.round(Math.max(...asked.map(({ nodes }) => nodes)) / 1000);
  const gaps = (answers) => answers.flatMap((answer) => answer.gaps);
  return [
    { what: 'gaps of 0.5 ms or more, no profiler', values: gaps(none) },
    { what: 'the same, sampling at 1 ms', values: gaps(ours), goal: '< 2 ms, worst < 5 ms' },
    {
      what: 'the same, just turned wide from narrow',
      values: gaps(turned),
      goal: '< 2 ms, worst < 5 ms',
    },
    { what: 'the same, inspector sampling at 1 ms', values: gaps(inspector) },
    {
      what: 'mean drain by its own clock, of a run',
      values: [...ours, ...turned].map(({ meanMillis }) => meanMillis),
      goal: '< 2 ms',
    },
    {
      what: 'longest drain by its own clock, of a run',
      values: [...ours, ...turned].map(({ worstMillis }) => worstMillis),
      goal: '< 5 ms',
    },
    {
      what: 'time in drains, of all time',
      values: ours.map((answer) => (100 * answer.profilerMillis) / answer.durationMillis),
      unit: '%',
    },
    {
      what: `\`query()\` now and then, table growing to ${thousands} 000 nodes`,
      values: asked.flatMap(({ queries }) => queries),
      goal: '< 2 ms, worst < 5 ms',
    },
    {
      what: '`profile()` likewise',
      values: asked.flatMap(({ profiles }) => profiles),
      goal: '< 2 ms, worst < 5 ms',
    },
  ];
}
