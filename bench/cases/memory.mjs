import { child, interleave } from '../children.mjs';
import { atInterval, ours } from '../peers.mjs';

// By how much the memory of a process grows over many profiles, one after the
// other, while code comes and goes.

const INTERVAL_MILLIS = 1;

/** Below that, differences are chance. */
const RESOLUTION = 2;

export async function measure({ quick, progress, peers }) {
  const rotations = 60;
  const grow = (profiler) => () =>
    child('memory', {
      profiler,
      intervalMillis: INTERVAL_MILLIS,
      rotations,
      millis: quick ? 25 : 150,
    });
  const answers = await interleave(
    quick ? 1 : 2,
    { none: grow(undefined), [ours.id]: grow(ours.id), ...peers.variants(({ id }) => grow(id)) },
    progress,
  );
  const question = `memory after ${rotations} profiles`;
  const rowsOf = (found, prefix, beside) => [
    {
      what: `${prefix}memory after ${rotations} profiles`,
      unit: 'MB',
      values: found.map(({ all }) => all),
      beside,
    },
    {
      what: `${prefix}of that in the second half`,
      unit: 'MB',
      values: found.map(({ secondHalf }) => secondHalf),
    },
  ];
  return [
    ...rowsOf(answers.none, 'no profiler: '),
    ...rowsOf(answers[ours.id], '', { question, by: ours.id, resolution: RESOLUTION }),
    ...peers.rows(answers, (peer, found) =>
      rowsOf(found, `${peer.title}: `, {
        question,
        by: peer.id,
        note: atInterval(peer, INTERVAL_MILLIS),
        resolution: RESOLUTION,
      }),
    ),
  ];
}
