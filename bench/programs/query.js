'use strict';

// How long query() takes of a table with many nodes, while the program goes on.

const { PerformanceObserver } = require('node:perf_hooks');

const { requireOurs } = require('../peers/ox-profile.js');
const { answer, options, randomSource } = require('./child.js');
const { nodes: wanted, calls } = options();

// V8 ends a collection that it began for the program whenever it next can, now
// and then inside a query.
const collections = [];
const collector = new PerformanceObserver((list) => collections.push(...list.getEntries()));
collector.observe({ entryTypes: ['gc'] });

const { SimpleLauncher } = requireOurs();
const launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity });
launcher.start();

const { WideProgram } = require('./wide.js');

// A tenth more nodes than wanted: the rarest stacks need not be waited for, and
// the table does not grow much while it is asked.
const program = new WideProgram({ stacks: Math.round((wanted * 1.1) / 13.5) });
launcher.unpause();
while (launcher.profile().length < wanted) program.run(100);

const random = randomSource(4);
const asked = [];
for (let i = 0; i <= calls; i++) {
  program.run(10 + random() * 60);
  const began = performance.now();
  launcher.query();
  asked.push({ began, millis: performance.now() - began });
}
const nodes = launcher.profile().length;
launcher.cancel();

// The observer is told from the event loop.
setTimeout(() => {
  collector.disconnect();
  const inside = ({ began, millis }) =>
    collections
      .filter(({ startTime }) => startTime >= began && startTime < began + millis)
      .reduce((sum, { duration }) => sum + duration, 0);
  const [first, ...queries] = asked.map((query) => ({
    millis: query.millis,
    collected: inside(query),
  }));
  answer({ first: first.millis, queries, nodes });
}, 50);
