import { child, interleave } from '../children.mjs';

// What it costs to make the launcher in a program that has run for 300 ms: as
// such, and on top of it the repair of code that was optimized before.

export async function measure({ quick, progress }) {
  const heaps = quick ? [10, 64] : [10, 64, 100, 500];
  const rounds = quick ? 2 : 3;
  const rows = [];
  for (const megabytes of heaps) {
    const make = (lateCode) => () => child('late', { megabytes, lateCode });
    const { leave, repair } = await interleave(
      rounds,
      { leave: make('leave'), repair: make('repair') },
      progress,
    );
    rows.push(
      {
        what: `\`new SimpleLauncher()\` late, heap of ${megabytes} MB`,
        values: leave.map(({ millis }) => millis),
      },
      {
        what: `repair on top of it, ${megabytes} MB`,
        values: repair.map(({ millis }, round) => millis - leave[round].millis),
      },
    );
  }
  return rows;
}
