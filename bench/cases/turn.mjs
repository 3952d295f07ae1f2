import { medianInterval } from '../bootstrap.mjs';
import { interleave, Resident } from '../children.mjs';
import { canHave, ours } from '../peers.mjs';

// What a turn of the event loop takes. The processes live side by side and have
// short turns, so that what the machine does falls on all of them.

const INTERVAL_MILLIS = 10;
const WARM_TURNS = 100_000;

export async function measure({ quick, progress, peers }) {
  const rounds = quick ? 40 : 400;
  const turns = 2000;
  const residents = [];
  const run = (options) => {
    let resident;
    return async () => {
      if (resident === undefined) {
        residents.push((resident = new Resident('turn', options)));
        await resident.ask(WARM_TURNS);
      }
      return resident.ask(turns);
    };
  };
  let asked = 0;
  try {
    const answers = await interleave(
      rounds,
      {
        none: run({}),
        again: run({}),
        paused: run({ profiler: ours.id }),
        [ours.id]: run({ profiler: ours.id, intervalMillis: INTERVAL_MILLIS }),
        ...peers.variants((peer) =>
          canHave(peer, INTERVAL_MILLIS)
            ? run({ profiler: peer.id, intervalMillis: INTERVAL_MILLIS })
            : undefined,
        ),
      },
      () => {
        if (asked++ % 100 === 0) progress();
      },
    );
    return rowsOf(answers, peers);
  } finally {
    for (const resident of residents) resident.end();
  }
}

function rowsOf({ none, ...answers }, peers) {
  const row = (found, who) => {
    const values = found.map((nanos, round) => nanos - none[round]);
    return { what: `added to a turn ${who}`, unit: 'ns', values, interval: medianInterval(values) };
  };
  const noise = row(answers.again, 'by nothing: the noise');
  const beside = (made, by) => ({
    ...made,
    beside: {
      question: `added to a turn of the event loop at ${INTERVAL_MILLIS} ms`,
      by,
      resolution: Math.max(...noise.interval.map(Math.abs)),
    },
  });
  return [
    { what: 'a turn of the event loop, no profiler', unit: 'ns', values: none, interval: medianInterval(none) },
    noise,
    row(answers.paused, 'by a paused launcher'),
    beside(row(answers[ours.id], `at ${INTERVAL_MILLIS} ms`), ours.id),
    ...peers.rows(answers, ({ id, title }, found) =>
      beside(row(found, `by ${title} at ${INTERVAL_MILLIS} ms`), id),
    ),
  ];
}
