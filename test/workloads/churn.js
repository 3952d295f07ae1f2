'use strict';

// Code comes and goes: fresh functions with names of their own, each hot for a
// moment and then garbage, with collections in between, while the launcher is
// drained often. V8 reuses the memory of the names that it frees; a profiler
// that remembered names by their addresses would show one function's name on
// another's place. Each function knows the line it stands in from its own name.

const { runInThisContext } = require('node:vm');
const { SimpleLauncher } = require('ox-profile');
const { answer, now, options } = require('./answer.js');

const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
// Until so many of them were seen.
const { functions = 200 } = options();
const seen = () => launcher.query({ maxRecords: 0, filter: '^fresh_' }).totalRecords;
const deadline = now() + 60_000;
for (let round = 0; round % 20 !== 0 || (seen() < functions && now() < deadline); round++) {
  const line = 1 + (round % 97);
  // Names of one length, so that a freed one fits the next.
  const name = `fresh_${String(round).padStart(5, '0')}_${String(line).padStart(3, '0')}`;
  const source = `${'\n'.repeat(line - 1)}(function ${name}(now) {
    const end = now() + 3;
    let text = '';
    while (now() < end) text = JSON.stringify([text.length, end]);
    return text;
  })`;
  runInThisContext(source, { filename: `/churn/${name}.js` })(now);
  if (round % 4 === 0) launcher.query();
  if (round % 20 === 0) globalThis.gc();
}
const { records } = launcher.query({ maxRecords: Infinity, filter: '^fresh_' });
answer({
  seen: records.length,
  wrong: records.filter(
    ({ name, url, line }) => url !== `/churn/${name}.js` || line !== Number(name.slice(-3)),
  ),
});
launcher.cancel();
