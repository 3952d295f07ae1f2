import { medianInterval } from '../bootstrap.mjs';
import { child, interleave } from '../children.mjs';
import { ours } from '../peers.mjs';

// What a program pays for a profiler at its start: ours required, and its first
// launcher made and started. Beside a program that has none, from the start of
// its process to the end.

export async function measure({ quick, progress, peers }) {
  const run = (profiler) => async () => {
    const began = performance.now();
    const answer = await child('require', { profiler });
    return { ...answer, processMillis: performance.now() - began };
  };
  const { none, again, ...answers } = await interleave(
    quick ? 5 : 40,
    {
      none: run(undefined),
      again: run(undefined),
      [ours.id]: run(ours.id),
      ...peers.variants(({ id }) => run(id)),
    },
    progress,
  );
  const plain = (key, what) => ({ what, values: none.map((each) => each[key]) });
  const added = (found, key, what) => {
    const values = found.map((each, round) => each[key] - none[round][key]);
    return { what, values, interval: medianInterval(values) };
  };
  const rows = (found, prefix, by) => [
    { what: `${prefix}the loading itself`, values: found.map(({ loadMillis }) => loadMillis) },
    {
      ...added(found, 'processMillis', `${prefix}added to the process, by the clock`),
      beside: { question: 'added to a process that only starts, by the clock', by },
    },
    added(found, 'cpuMillis', `${prefix}added to the process, CPU`),
  ];
  return [
    plain('processMillis', 'a process that only starts, by the clock'),
    plain('cpuMillis', 'a process that only starts, CPU'),
    added(again, 'processMillis', 'added by nothing: the noise'),
    ...rows(answers[ours.id], '`require()`, `new SimpleLauncher()`, `start()`: ', ours.id),
    ...peers.rows(answers, ({ id, title }, found) => rows(found, `${title}: `, id)),
  ];
}
