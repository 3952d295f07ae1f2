import { child, interleave } from '../children.mjs';
import { ours } from '../peers.mjs';

// What a profiler adds to the answers of a service that is idle and busy in
// turns of a few milliseconds.

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export async function measure({ quick, progress, peers }) {
  const requests = quick ? 200 : 400;
  const run = (options) => () => child('latency', { requests, ...options });
  const answers = await interleave(
    quick ? 1 : 3,
    {
      none: run({}),
      tenMillis: run({ profiler: ours.id, intervalMillis: 10 }),
      oneMilli: run({ profiler: ours.id, intervalMillis: 1 }),
      ...peers.variants(({ id }) => run({ profiler: id, intervalMillis: 10 })),
    },
    progress,
  );
  const rows = (found, who, by) => [
    { what: `${who}: p50`, values: found.map(({ soon }) => percentile(soon, 0.5)) },
    {
      what: `${who}: p99`,
      values: found.map(({ soon }) => percentile(soon, 0.99)),
      beside: by && { question: 'p99 of answers of a service in short turns, at 10 ms', by },
    },
    { what: `${who}: p50 after a rest`, values: found.map(({ afterRest }) => percentile(afterRest, 0.5)) },
  ];
  return [
    ...rows(answers.none, 'no profiler'),
    ...rows(answers.tenMillis, 'at 10 ms', ours.id),
    ...rows(answers.oneMilli, 'at 1 ms'),
    ...peers.rows(answers, ({ id, title }, found) => rows(found, `${title} at 10 ms`, id)),
  ];
}
