import { child, interleave } from '../children.mjs';
import { canHave, ours } from '../peers.mjs';

// The share of a core that it costs to profile a program that only waits.

const intervals = [10, 1];

/** Below that, differences are chance. */
const RESOLUTION = 0.02;

export async function measure({ quick, progress, peers }) {
  const times = quick ? { settleMillis: 1000, millis: 2000 } : { settleMillis: 12_000, millis: 10_000 };
  const rest = (options) => () => child('idle', { ...times, ...options });
  const answers = await interleave(
    quick ? 1 : 2,
    {
      none: rest({ intervals: [null] }),
      [ours.id]: rest({ profiler: ours.id, intervals: [null, ...intervals] }),
      ...peers.variants((peer) => {
        const possible = intervals.filter((each) => canHave(peer, each));
        return rest({ profiler: peer.id, intervals: possible });
      }),
    },
    progress,
  );
  const row = (all, by, prefix, interval) => ({
    what: `${prefix}idle at ${interval} ms, of a core`,
    unit: '%',
    values: all.map((shares) => shares[interval]),
    beside: {
      question: `idle process at ${interval} ms, of a core`,
      by,
      resolution: RESOLUTION,
    },
  });
  return [
    { what: 'idle, no profiler, of a core', unit: '%', values: answers.none.map((each) => each.paused) },
    { what: 'idle while paused, of a core', unit: '%', values: answers[ours.id].map((each) => each.paused) },
    ...intervals.flatMap((interval) => [
      { ...row(answers[ours.id], ours.id, '', interval), goal: interval === 10 ? '< 0.1 %' : '< 0.2 %' },
      ...peers.rows(answers, (peer, found) =>
        canHave(peer, interval) ? row(found, peer.id, `${peer.title}: `, interval) : [],
      ),
    ]),
  ];
}
