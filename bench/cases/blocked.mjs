import { child, interleave } from '../children.mjs';
import { ours } from '../peers.mjs';

// How soon another thread learns what the main thread does while that is in an
// endless loop, and whether the answer names the loop. Of the peers only the
// inspector can be asked from another thread.

const ASKABLE = 'inspector';
const SAMPLE_MILLIS = 100;

const question = 'which function blocks the event loop: time to the answer';
const ways = { stacks: '`observe().stacks()`', profile: '`observe().profile()`' };

export async function measure({ quick, progress, peers }) {
  const ask = (profiler) => () => child('blocked', { profiler, sampleMillis: SAMPLE_MILLIS });
  const answers = await interleave(
    quick ? 1 : 5,
    {
      [ours.id]: ask(ours.id),
      ...peers.variants(({ id }) => (id === ASKABLE ? ask(id) : undefined)),
    },
    progress,
  );
  return [
    ...rowsOfOurs(answers[ours.id]),
    ...peers.rows(answers, ({ id, title }, found) => {
      const { values, note } = answersOf(found, 'profile');
      return {
        what: `${title}: answer from a worker, ${SAMPLE_MILLIS} ms of it sampling, loop ${note}`,
        values,
        beside: { question, by: id, note },
      };
    }),
    ...peers.all
      .filter(({ id }) => id !== ASKABLE)
      .map(({ id, title }) => ({
        what: `${title}: answer from a worker`,
        values: [],
        beside: { question, by: id, text: 'none' },
      })),
  ];
}

/** This version may not have a way to ask. */
function rowsOfOurs(found) {
  if (found.includes(null)) {
    return [{ what: 'answer from a worker', values: [], beside: { question, by: ours.id, text: 'not available' } }];
  }
  return Object.entries(ways).map(([way, title], i) => {
    const { values, note } = answersOf(found, way);
    return {
      what: `${title}: answer from a blocked loop, ${note}`,
      values,
      goal: '< 100 ms',
      beside: i === 0 ? { question, by: ours.id, note } : undefined,
    };
  });
}

function answersOf(found, way) {
  const named = found.filter(({ answers }) => answers[way].named).length;
  const inTime = found.every((each) => each.inTime);
  return {
    values: found.map(({ answers }) => answers[way].millis),
    note: [
      named === found.length ? 'named' : `named ${named} of ${found.length} times`,
      ...(inTime ? [] : ['only after it ended']),
    ].join(', '),
  };
}
