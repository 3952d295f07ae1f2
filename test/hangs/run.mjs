// npm run test:hangs: makes launchers late, in many processes in which V8 has
// every reason to collect garbage meanwhile. V8's own profiler can hang the
// process there, or crash it (native/line_ends.h).
//
//   node test/hangs/run.mjs [--count N] [--current]
//
// With N processes (default 20) of each Node.js: the supported majors, of which
// the prebuilt addons are tested, and the oldest Node 22 that has no part of the
// cure itself; or with --current only with the one that runs. Two processes run
// at once; one that does not end in time is killed and counted.

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { currentNode, ensureNode, majors } from '../../scripts/node-versions.mjs';

const program = join(import.meta.dirname, 'late-launcher.cjs');

/** Far beyond what a child takes, which is about a second where it has a core. */
const patienceMillis = 120_000;

const atOnce = 2;

/** What the child of this number does: each is a little different. */
function childOf(number) {
  return {
    flags: [
      '--allow-natives-syntax',
      // Collections that move code, as all do now and then.
      ...(number % 2 === 0 ? ['--compact-on-every-full-gc'] : []),
      ...(number % 4 === 0 ? ['--single-threaded-gc'] : []),
    ],
    options: {
      pairs: 1000 + 500 * (number % 5),
      lines: 8000,
      garbage: 7919 * (number % 17),
      lazy: number % 3 === 0,
    },
  };
}

/** Runs a child; resolves to how it ended: 'well', 'hung' or 'crashed'. */
function run(bin, number) {
  const { flags, options } = childOf(number);
  return new Promise((resolve, reject) => {
    const child = spawn(bin, [...flags, program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let hung = false;
    const said = { stdout: '', stderr: '' };
    const deadline = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, patienceMillis);
    for (const name of Object.keys(said)) {
      child[name].setEncoding('utf8').on('data', (chunk) => (said[name] += chunk));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      const ended = hung ? 'hung' : code === 0 ? 'well' : 'crashed';
      if (ended !== 'well') {
        console.log(
          `  ${ended} (code ${code}, signal ${signal}): ` +
            `node ${flags.join(' ')} test/hangs/late-launcher.cjs '${JSON.stringify(options)}'`,
        );
        for (const [name, text] of Object.entries(said)) {
          console.log(text === '' ? `    no ${name}` : `    ${name}:\n${text.replace(/^/gm, '      ')}`);
        }
      }
      resolve(ended);
    });
  });
}

async function runAll(bin, count) {
  const counts = { well: 0, hung: 0, crashed: 0 };
  let next = 0;
  const lane = async () => {
    while (next < count) counts[await run(bin, next++)]++;
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return counts;
}

const { values } = parseArgs({
  options: { count: { type: 'string', default: '20' }, current: { type: 'boolean', default: false } },
});
const count = Number(values.count);
if (!(Number.isSafeInteger(count) && count > 0)) {
  throw new RangeError(`Expected a whole number above 0 for --count but received ${values.count}`);
}

const nodes = values.current
  ? [currentNode()]
  : majors.flatMap((major) => (major === 22 ? [ensureNode(22, '22.12.0'), ensureNode(22)] : [ensureNode(major)]));

let failed = 0;
for (const { bin, version } of nodes) {
  const began = performance.now();
  console.log(`Node ${version}: ${count} processes`);
  const { well, hung, crashed } = await runAll(bin, count);
  failed += hung + crashed;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`  ${well} ended well, ${hung} hung, ${crashed} crashed, in ${seconds} s`);
  if (process.env.OX_TEST_COUNTS !== undefined) {
    const counts = { passed: well, failed: hung + crashed };
    appendFileSync(process.env.OX_TEST_COUNTS, `${JSON.stringify(counts)}\n`);
  }
}
if (failed > 0) process.exitCode = 1;
