// Checks everything: builds, lints and tests the package with every supported
// Node.js, from a clean checkout.
//
//   node scripts/check.mjs [--level ci|all]      default: ci
//
// `ci` is what every change has to pass: .ci/run calls it. `all` (npm run test:all)
// does the same with full counts, for releases: every cell of the matrices, more
// life cycles and workers, a longer soak, and ThreadSanitizer on the whole addon.
//
// Steps of one stage run side by side, one lane a core; what they print comes when
// they have ended. Goes on after a failed step, except where later ones need it, sums
// up with each step's seconds, and ends with a line "N passed, N failed".

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { currentNode, root } from './node-versions.mjs';

const { values } = parseArgs({ options: { level: { type: 'string', default: 'ci' } } });
if (!['ci', 'all'].includes(values.level)) {
  console.error(`Expected ci or all for --level but received ${values.level}`);
  process.exit(2);
}
const all = values.level === 'all';
const { major } = currentNode();

const npm = (...args) => `npm run --silent ${args.join(' ')}`;
const test = (...args) => `node scripts/test.mjs ${args.join(' ')} --level ${values.level}`;

// Steps that run beside others do not compile the package anew: those would load it
// meanwhile.

/** Stages one after the other; lanes of a stage side by side; steps of a lane one
 * after the other. `needed`: nothing can follow where it fails. */
const stages = [
  // The README's test command, in its two parts.
  [[{ title: 'npm install', command: 'npm install', needed: true }]],
  [[{ title: `npm test, Node ${major}`, command: `npm test -- --level ${values.level}` }]],
  [
    [
      { title: 'Lint', command: npm('lint') },
      { title: 'Types', command: 'node test/types/run.mjs' },
      { title: 'Workflows', command: npm('test:workflows') },
    ],
    [
      { title: 'A stuck V8 profiler', command: npm('test:faults') },
      { title: 'Native parts, sanitized', command: npm('test:native') },
    ],
  ],
  [[{ title: 'AddressSanitizer', command: npm('test:asan') }]],
  ...(all ? [[[{ title: 'ThreadSanitizer', command: npm('test:tsan') }]]] : []),
  [[{ title: 'Prebuilt addons', command: npm('prebuild'), needed: true }]],
  [[{ title: 'Tests, the other Node.js', command: test('--node plan', `--except ${major}`) }]],
  [
    [{ title: 'Soak', command: npm('soak', '--', '--minutes', all ? '10' : '1') }],
    [
      { title: 'The package', command: 'node test/package/run.mjs' },
      { title: 'Hangs of V8', command: npm('test:hangs', '--', '--count', all ? '200' : '8') },
    ],
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'ox-profile-check-'));
const began = performance.now();
const summary = [];
const counts = [];
let step = 0;

const secondsSince = (start) => Math.round((performance.now() - start) / 1000);

/** Runs a command; resolves to whether it ended well. */
function run(command, countsFile, streamed) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      cwd: root,
      env: { JOBS: 'max', ...process.env, OX_TEST_COUNTS: countsFile, OX_TEST_COUNTS_LEVEL: values.level },
      shell: true,
      stdio: ['ignore', ...(streamed ? ['inherit', 'inherit'] : ['pipe', 'pipe'])],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ passed: code === 0, said }));
  });
}

/** Runs a step, and notes how it ended. Returns whether the next may follow. */
async function take({ title, command, needed = false }, streamed) {
  const countsFile = join(folder, String(step++));
  const start = performance.now();
  if (streamed) console.log(`\n=== ${title} (${command}) ===\n`);
  else console.log(`... ${title} begins`);
  const { passed, said } = await run(command, countsFile, streamed);
  if (!streamed) console.log(`\n=== ${title} (${command}) ===\n\n${said}`);
  const lines = existsSync(countsFile) ? readFileSync(countsFile, 'utf8').trim().split('\n') : [];
  const counted = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  // A step that could not count its failures counts as one.
  if (!passed && !counted.some(({ failed }) => failed > 0)) {
    counted.push({ passed: 0, failed: 1, failures: [title] });
  }
  counts.push(...counted);
  summary.push(`${passed ? 'ok    ' : 'FAILED'} ${String(secondsSince(start)).padStart(5)} s  ${title}`);
  return passed || !needed;
}

async function takeStage(lanes) {
  const runs = lanes.map(async (steps) => {
    for (const each of steps) if (!(await take(each, lanes.length === 1))) return false;
    return true;
  });
  return (await Promise.all(runs)).every(Boolean);
}

try {
  for (const lanes of stages) if (!(await takeStage(lanes))) break;
} finally {
  rmSync(folder, { recursive: true });
}

const sum = (name) => counts.reduce((total, count) => total + (count[name] ?? 0), 0);
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum);
console.log(`\n=== Summary: level ${values.level}, ${secondsSince(began)} s ===\n`);
for (const line of summary) console.log(line);
console.log('');
for (const failure of counts.flatMap((count) => count.failures ?? [])) console.log(failure);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (failed > 0 || passed === 0) process.exitCode = 1;
