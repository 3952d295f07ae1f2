import { child, interleave } from '../children.mjs';
import { atInterval, ours } from '../peers.mjs';

// How far the shares of two hot functions are from the truth that the program
// measures itself: profiled from the start, and from when they have been hot
// for a while. Quick leaves out what is between the two.

const INTERVAL_MILLIS = 1;

const moments = {
  first: 'started first',
  'started late': 'loaded first, started late',
  'loaded late': 'loaded late',
};

const programs = { counted: 'counted loops', timed: 'timed loops' };

/** What chance alone does to some thousand samples. */
const RESOLUTION = 1;

export async function measure({ quick, progress, peers }) {
  const millis = quick ? 1000 : 2500;
  const rows = [];
  for (const [program, shape] of Object.entries(programs)) {
    for (const [when, moment] of Object.entries(moments)) {
      if (quick && when === 'started late') continue;
      const find = (profiler) => () =>
        child('accuracy', {
          profiler,
          program,
          when,
          intervalMillis: INTERVAL_MILLIS,
          warmUpMillis: 1500,
          millis,
        });
      const answers = await interleave(
        quick ? 1 : 2,
        { [ours.id]: find(ours.id), ...peers.variants(({ id }) => find(id)) },
        progress,
      );
      const row = (found, by, prefix, note) => ({
        what: `${prefix}off the truth, ${shape}, ${moment}`,
        unit: 'points',
        values: found.map(({ points }) => points),
        beside: {
          question: `off the truth, ${shape}, ${moment}`,
          by,
          note,
          resolution: RESOLUTION,
        },
      });
      rows.push(
        { ...row(answers[ours.id], ours.id, ''), goal: '< 3 points' },
        ...peers.rows(answers, (peer, found) =>
          row(found, peer.id, `${peer.title}: `, atInterval(peer, INTERVAL_MILLIS)),
        ),
      );
    }
  }
  return rows;
}
