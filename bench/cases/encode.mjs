import { child, interleave } from '../children.mjs';

// For how long the event loop stands still while a profile is encoded.

export async function measure({ quick, progress }) {
  const { ours } = await interleave(
    quick ? 1 : 5,
    { ours: () => child('encode', { nodes: 10_000, calls: quick ? 20 : 60 }) },
    progress,
  );
  return [
    { what: "first `encode('pprof')`, 10 000 nodes: longest stop", values: ours.map(({ first }) => first) },
    {
      what: '`new Worker()` of a thread that does nothing, after that: longest stop',
      values: ours.map(({ starting }) => starting),
    },
    {
      what: 'a thread that only computes, as long as encoding takes: longest stop',
      values: ours.flatMap(({ beside }) => beside),
    },
    {
      what: "`encode('pprof')`, 10 000 nodes: longest stop",
      values: ours.flatMap(({ encoding }) => encoding),
      goal: '< 2 ms',
    },
  ];
}
