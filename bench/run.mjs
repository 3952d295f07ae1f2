// Measures what the profiler costs, and beside it what the inspector's costs.
//
//   npm run bench                       all measurements, some eight minutes
//   npm run bench -- --quick            fewer rounds, smaller heaps: about one
//   npm run bench -- --only NAME        one of them (may be repeated)
//   npm run bench -- --write            also puts the table into docs/benchmarks.md
//
// Each measurement is a file in cases/; it starts children (programs/), turn and
// turn about, so that what else the machine does falls on all alike. Nothing
// passes or fails here: goals stand beside the figures.

import { parseArgs } from 'node:util';

import { expectMarkers, machine, table, write } from './report.mjs';

const names = ['unpause', 'drain', 'query', 'cpu', 'late'];

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
  for (const name of values.only) {
    if (!names.includes(name)) {
      fail(`Expected one of ${names.join(', ')} for --only but received ${name}`);
    }
  }
  if (values.write && (values.quick || values.only !== names)) {
    fail('Expected --write alone: what is published is a full run');
  }
  return values;
}

const { quick, only, write: shallWrite } = options();
if (shallWrite) expectMarkers();

const where = machine();
const began = performance.now();
const rows = [];
for (const name of only) {
  process.stderr.write(`${name} `);
  const { measure } = await import(`./cases/${name}.mjs`);
  const found = await measure({ quick, progress: () => process.stderr.write('.') });
  rows.push(...found.map((row) => ({ name, ...row })));
  process.stderr.write('\n');
}

const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const report = [
  `${where} The run took ${minutes} minutes.${quick ? ' Quick: only to see that it works.' : ''}`,
  '',
  table(rows),
].join('\n');
console.log(`\n${report}`);
if (shallWrite) write(report);
