import { medianInterval } from '../bootstrap.mjs';
import { child, interleave } from '../children.mjs';
import { canHave, ours } from '../peers.mjs';
import { median } from '../report.mjs';

// What a plain node:http service pays for each request, and its clients in time,
// once it is warm. All is compared turn by turn, within one process.

const INTERVAL_MILLIS = 10;

const figures = [
  { key: 'cpuMicros', title: 'CPU of a request' },
  { key: 'p50Micros', title: 'median answer' },
  { key: 'p99Micros', title: 'p99 of answers' },
];

export async function measure({ quick, progress, peers }) {
  const run = (profiler) => () =>
    child('server', {
      profiler,
      intervals: [INTERVAL_MILLIS],
      turns: quick ? 8 : 60,
      requests: quick ? 500 : 2000,
    });
  const answers = await interleave(
    quick ? 1 : 2,
    {
      [ours.id]: run(ours.id),
      ...peers.variants((peer) => (canHave(peer, INTERVAL_MILLIS) ? run(peer.id) : undefined)),
    },
    progress,
  );
  return figures.flatMap((figure) => rowsOf(figure, answers, peers));
}

function rowsOf({ key, title }, answers, peers) {
  const added = (found, name) =>
    found.map((times) =>
      times[name].map((each, turn) => 100 * (each[key] / times.none[turn][key] - 1)),
    );
  const row = (found, name, who) => {
    const processes = added(found, name);
    return {
      what: `${title}, added ${who}`,
      unit: '%',
      values: processes.map(median),
      interval: medianInterval(processes.flat()),
    };
  };
  const noise = row(answers[ours.id], 'again', 'by nothing: the noise');
  const beside = (made, by) => ({
    ...made,
    beside: {
      question: `node:http at ${INTERVAL_MILLIS} ms, added to: ${title}`,
      by,
      resolution: Math.max(...noise.interval.map(Math.abs)),
      note: made.interval.map((edge) => edge.toFixed(2)).join(' – '),
    },
  });
  return [
    {
      what: `${title}, no profiler`,
      unit: 'µs',
      values: answers[ours.id].map(({ none }) => median(none.map((each) => each[key]))),
    },
    noise,
    row(answers[ours.id], 'paused', 'by a paused launcher'),
    beside(row(answers[ours.id], INTERVAL_MILLIS, `at ${INTERVAL_MILLIS} ms`), ours.id),
    ...peers.rows(answers, (peer, found) =>
      beside(row(found, INTERVAL_MILLIS, `by ${peer.title} at ${INTERVAL_MILLIS} ms`), peer.id),
    ),
  ];
}
