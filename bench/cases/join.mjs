import { medianInterval } from '../bootstrap.mjs';
import { child, interleave } from '../children.mjs';
import { ours } from '../peers.mjs';

// What it costs a worker to join: the time and the CPU of one that starts and
// ends. The peers have nothing of the kind.

const INTERVAL_MILLIS = 10;

export async function measure({ quick, progress }) {
  const run = () =>
    child('join', {
      profiler: ours.id,
      intervals: [INTERVAL_MILLIS],
      turns: quick ? 6 : 40,
      workers: quick ? 2 : 5,
    });
  const answers = (await interleave(quick ? 1 : 2, { [ours.id]: run }, progress))[ours.id];
  const figures = [
    { key: 'millis', clock: 'by the clock' },
    { key: 'cpuMillis', clock: 'CPU' },
  ];
  return figures.flatMap(({ key, clock }) => {
    const added = (name, who) => {
      const values = answers.flatMap((times) =>
        times[name].map((each, turn) => each[key] - times.none[turn][key]),
      );
      return { what: `added to it ${who}, ${clock}`, values, interval: medianInterval(values) };
    };
    return [
      {
        what: `a worker that starts and ends, no launcher, ${clock}`,
        values: answers.flatMap(({ none }) => none.map((each) => each[key])),
      },
      added('again', 'by nothing: the noise'),
      added('paused', 'by joining a paused launcher'),
      added(INTERVAL_MILLIS, `by joining one at ${INTERVAL_MILLIS} ms`),
    ];
  });
}
