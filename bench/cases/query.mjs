import { child, interleave } from '../children.mjs';

// One query() of a table of 10 000 nodes, of a program that goes on.

export async function measure({ quick, progress }) {
  const { ours } = await interleave(
    quick ? 1 : 3,
    { ours: () => child('query', { nodes: 10_000, calls: quick ? 60 : 200 }) },
    progress,
  );
  return [
    { what: 'first `query()`, 10 000 nodes', values: ours.map(({ first }) => first) },
    {
      what: '`query()`, 10 000 nodes',
      values: ours.flatMap(({ queries }) => queries.map(({ millis }) => millis)),
    },
    {
      what: "the same without the collections of the program's garbage that fell into it",
      values: ours.flatMap(({ queries }) =>
        queries.map(({ millis, collected }) => millis - collected),
      ),
      goal: '< 2 ms, worst < 5 ms',
    },
  ];
}
