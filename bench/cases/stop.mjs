import { child, interleave } from '../children.mjs';
import { atInterval, ours } from '../peers.mjs';

// How long the event loop of a wide program is stopped for the profile of its
// last seconds: ours is asked for it, the others are stopped.

const INTERVAL_MILLIS = 1;

export async function measure({ quick, progress, peers }) {
  const lengths = quick ? [1000, 3000] : [1000, 5000, 20_000];
  const stop = (profiler) => () =>
    child('stop', { profiler, intervalMillis: INTERVAL_MILLIS, lengths });
  const answers = await interleave(
    quick ? 1 : 2,
    { [ours.id]: stop(ours.id), ...peers.variants(({ id }) => stop(id)) },
    progress,
  );
  return lengths.flatMap((millis, i) => {
    const after = `after ${millis / 1000} s`;
    const question = `the profile of ${millis / 1000} s of a wide program: event loop stopped`;
    const sizeOf = (found) => found.at(-1)[i].size;
    return [
      {
        what: `\`query()\` ${after}, ${sizeOf(answers[ours.id])}`,
        values: answers[ours.id].map((stops) => stops[i].queryMillis),
        goal: '< 2 ms, worst < 5 ms',
      },
      {
        what: `\`profile()\` ${after}, ${sizeOf(answers[ours.id])}`,
        values: answers[ours.id].map((stops) => stops[i].profileMillis),
        goal: '< 2 ms, worst < 5 ms',
        beside: { question, by: ours.id },
      },
      ...peers.rows(answers, (peer, found) => ({
        what: `${peer.title}: stop ${after}, ${sizeOf(found)}`,
        values: found.map((stops) => stops[i].stopMillis),
        beside: { question, by: peer.id, note: atInterval(peer, INTERVAL_MILLIS) },
      })),
    ];
  });
}
