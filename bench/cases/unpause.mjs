import { child, interleave } from '../children.mjs';
import { ours } from '../peers.mjs';

// How long the event loop is stopped by a start, whatever the heap; and what it
// costs to load a profiler when the program starts.

export async function measure({ quick, progress, peers }) {
  const heaps = quick ? [10, 100] : [10, 500, 1500];
  const rounds = quick ? 2 : 3;
  const boots = [];
  const peersBoots = {};
  const rows = [];
  for (const megabytes of heaps) {
    const start = (profiler, repeats) => () =>
      child('unpause', { profiler, megabytes, repeats }, { maxHeapMegabytes: 4096 });
    const answers = await interleave(
      rounds,
      { [ours.id]: start(ours.id, 6), ...peers.variants(({ id }) => start(id, 2)) },
      progress,
    );
    boots.push(...answers[ours.id].map(({ boot }) => boot));
    const question = `start: event loop stopped, heap of ${megabytes} MB`;
    rows.push(
      {
        what: `first \`unpause()\`, heap of ${megabytes} MB`,
        values: answers[ours.id].map(({ starts }) => starts[0]),
        goal: '< 1 ms',
        beside: { question, by: ours.id },
      },
      {
        what: `\`unpause()\` again, ${megabytes} MB`,
        values: answers[ours.id].flatMap(({ starts }) => starts.slice(1)),
        goal: '< 1 ms',
      },
      ...peers.rows(answers, ({ id, title }, found) => {
        (peersBoots[id] ??= []).push(...found.map(({ boot }) => boot.load));
        return {
          what: `${title}: each start, ${megabytes} MB`,
          values: found.flatMap(({ starts }) => starts),
          beside: { question, by: id },
        };
      }),
    );
  }
  const question = 'loading it when the program starts';
  const boot = [
    { what: "`require('ox-profile')` at boot", values: boots.map((each) => each.require) },
    { what: '`new SimpleLauncher()`, `start()` at boot', values: boots.map((each) => each.load) },
    {
      what: 'the two together',
      values: boots.map((each) => each.require + each.load),
      beside: { question, by: ours.id },
    },
    ...peers.rows(peersBoots, ({ id, title }, values) => ({
      what: `${title}: loading it at boot`,
      values,
      beside: { question, by: id },
    })),
  ];
  return [...boot, ...rows];
}
