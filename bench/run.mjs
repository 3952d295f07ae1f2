// Measures what the profiler costs, and beside it what its peers cost.
//
//   npm install --prefix bench          once: gets the peers that Node has not
//   npm run bench                       all measurements, some half an hour
//   npm run bench -- --quick            fewer rounds, smaller heaps: about two
//   npm run bench -- --only NAME,NAME   some of them
//   npm run bench -- --write            also puts the tables into docs/benchmarks.md
//
// Each measurement is a file in cases/; it starts children (programs/), turn and
// turn about, so that what else the machine does falls on all alike. Nothing
// passes or fails here: goals stand beside the figures.

import { parseArgs } from 'node:util';

import { ours, Peers } from './peers.mjs';
import { expectMarkers, machine, sideBySide, table, write } from './report.mjs';

const names = [
  'unpause',
  'drain',
  'stop',
  'query',
  'encode',
  'cpu',
  'idle',
  'latency',
  'late',
  'accuracy',
  'memory',
  'blocked',
  'server',
  'turn',
  'require',
  'join',
];

function fail(message) {
  console.error(message);
  process.exit(2);
}

function options() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: names },
        write: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    fail(error.message);
  }
  const full = values.only === names;
  values.only = values.only.flatMap((each) => each.split(','));
  for (const name of values.only) {
    if (!names.includes(name)) {
      fail(`Expected one of ${names.join(', ')} for --only but received ${name}`);
    }
  }
  if (values.write && (values.quick || !full)) {
    fail('Expected --write alone: what is published is a full run');
  }
  return values;
}

const { quick, only, write: shallWrite } = options();
if (shallWrite) expectMarkers();

const where = machine();
const began = performance.now();
const rows = [];
const peers = await Peers.find();
const columns = [ours, ...peers.all];
for (const name of only) {
  const start = performance.now();
  process.stderr.write(`${name} `);
  const { measure } = await import(`./cases/${name}.mjs`);
  const found = await measure({ quick, progress: () => process.stderr.write('.'), peers });
  rows.push(...found.map((row) => ({ name, ...row })));
  process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const report = [
  `${where} The run took ${minutes} minutes.${quick ? ' Quick: only to see that it works.' : ''}`,
  '',
  ...[ours.origin(), ...peers.notes].map((note) => `- ${note}`),
  '',
  'Side by side: medians, and how many times ours they are.',
  '',
  sideBySide(rows, columns),
  '',
  'Each measurement:',
  '',
  table(rows),
].join('\n');
console.log(`\n${report}`);
if (shallWrite) write(report);
