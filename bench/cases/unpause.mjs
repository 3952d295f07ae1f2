import { child, interleave } from '../children.mjs';

// How long the event loop is stopped by unpause(), whatever the heap; and what
// it costs instead to make the launcher when the program starts.

export async function measure({ quick, progress }) {
  const heaps = quick ? [10, 100] : [10, 500, 1500];
  const rounds = quick ? 2 : 5;
  const boots = [];
  const rows = [];
  for (const megabytes of heaps) {
    const start = (profiler, repeats) => () =>
      child('unpause', { profiler, megabytes, repeats }, { maxHeapMegabytes: 4096 });
    const { ours, inspector } = await interleave(
      rounds,
      { ours: start('ox-profile', 6), inspector: start('inspector', 2) },
      progress,
    );
    boots.push(...ours.map(({ boot }) => boot));
    rows.push(
      {
        what: `first \`unpause()\`, heap of ${megabytes} MB`,
        values: ours.map(({ starts }) => starts[0]),
        goal: '< 1 ms',
      },
      {
        what: `\`unpause()\` again, ${megabytes} MB`,
        values: ours.flatMap(({ starts }) => starts.slice(1)),
        goal: '< 1 ms',
      },
      {
        what: `inspector: each start, ${megabytes} MB`,
        values: inspector.flatMap(({ starts }) => starts),
      },
    );
  }
  const boot = [
    { what: "`require('ox-profile')` at boot", values: boots.map((each) => each.require) },
    { what: '`new SimpleLauncher()`, `start()` at boot', values: boots.map((each) => each.construct) },
  ];
  return [...boot, ...rows];
}
