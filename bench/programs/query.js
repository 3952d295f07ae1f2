'use strict';

// How long query() takes of a table with many nodes, while the program goes on.

const { answer, options, randomSource, timed } = require('./child.js');
const { nodes, calls } = options();

const { SimpleLauncher } = require('ox-profile');
const launcher = new SimpleLauncher({ intervalMillis: 1 });
launcher.start();

const { WideProgram } = require('./wide.js');

// A tenth more nodes than wanted: the rarest stacks need not be waited for, and
// the table does not grow much while it is asked.
const program = new WideProgram({ stacks: Math.round((nodes * 1.1) / 13.5) });
launcher.unpause();
while (launcher.profile().length < nodes) program.run(100);

const random = randomSource(4);
const queries = [];
let first;
for (let i = 0; i <= calls; i++) {
  program.run(10 + random() * 60);
  const millis = timed(() => launcher.query());
  if (first === undefined) first = millis;
  else queries.push(millis);
}
answer({ first, queries, nodes: launcher.profile().length });
launcher.cancel();
