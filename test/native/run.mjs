// npm run test:native: builds the native parts that know neither V8 nor libuv
// and their tests into a program, and runs it, under the sanitizers that the
// compiler has: address and undefined behaviour, then threads.
//
// As many compilers run at once as there are cores. Each file is compiled once
// for each sanitizer. CXX names another compiler than `c++`.

import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';

import { root } from '../../scripts/node-versions.mjs';

const sanitizers = ['address,undefined', 'thread'];

/** The parts of native/ that are linked to the tests, for one of theirs or for another part. */
const parts = [
  'budget',
  'call_tree',
  'costs',
  'count_table',
  'cpu_of_samples',
  'fold',
  'fold_placement',
  'frame_table',
  'growing_index',
  'inquiry',
  'interval_source',
  'json',
  'parking',
  'ranking',
  'read_memory',
  'rotation_plan',
  'stuck_watch',
  'thread_cpu',
  'thread_names',
  'top_frame',
];

const sizeOf = (source) => statSync(join(root, source)).size;

// Relative to the root, as failures then name them. The large ones are compiled
// first, so that in the end no compiler is alone.
const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.cc'));
const sources = [
  ...parts.map((name) => `native/${name}.cc`),
  ...tests.map((name) => `test/native/${name}`),
].sort((a, b) => sizeOf(b) - sizeOf(a));

const compiler = process.env.CXX ?? 'c++';
const flagsFor = (sanitizer) => [
  ...['-std=c++20', '-g', '-Wall', '-Wextra', '-pthread'],
  ...[`-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all'],
];

const waiting = [];
let free = availableParallelism();

/** Has as many run at once as there are cores, in the order of the calls. */
async function inTurn(body) {
  if (free === 0) await new Promise((resolve) => waiting.push(resolve));
  else free--;
  try {
    return await body();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }
}

/** Runs a program in the root; resolves to { ok, ended, output }, with all that it printed. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ ok: code === 0, ended: signal ?? `code ${code}`, output });
    });
  });
}

const secondsSince = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/** What was built for a sanitizer: { program } or, where that failed, { output }. */
async function build(sanitizer, folder) {
  mkdirSync(folder);
  const compiled = await Promise.all(
    sources.map((source) =>
      inTurn(async () => {
        const object = join(folder, `${basename(source)}.o`);
        // To optimize tests would take far longer than to run them.
        const level = source.startsWith('test/') ? '-O0' : '-O1';
        const args = [level, '-I', 'native', '-I', 'test/native', '-c', source, '-o', object];
        return { object, ...(await run(compiler, [...flagsFor(sanitizer), ...args])) };
      }),
    ),
  );
  const output = compiled.map((each) => each.output).join('');
  if (!compiled.every(({ ok }) => ok)) return { output };
  const program = join(folder, 'native_tests');
  const objects = compiled.map(({ object }) => object);
  const linked = await inTurn(() =>
    run(compiler, [...flagsFor(sanitizer), ...objects, '-o', program]),
  );
  return { program: linked.ok ? program : undefined, output: output + linked.output };
}

/** Reads what main.cc prints: the tests by part, and all that is for people. */
function readTests(output) {
  const byPart = new Map();
  let current;
  const text = [];
  for (const line of output.split('\n')) {
    const [word, part, name, checks, failures] = line.split('\t');
    if (word === 'begin') {
      current = { name, checks: 0, ended: false, failures: 0, text: [] };
      byPart.set(part, [...(byPart.get(part) ?? []), current]);
    } else if (word === 'end') {
      Object.assign(current, { checks: Number(checks), ended: true, failures: Number(failures) });
    } else if (line !== '') {
      text.push(line);
      current?.text.push(line);
    }
  }
  return { byPart, text };
}

const counts = { passed: 0, failed: 0, failures: [] };

function fail(what) {
  counts.failed++;
  counts.failures.push(what);
  console.log(`  FAILED  ${what}`);
}

const number = new Intl.NumberFormat('en');

function report(sanitizer, { ended, ok, output }) {
  const { byPart, text } = readTests(output);
  const failedBefore = counts.failed;
  for (const line of text) console.log(`  ${line}`);
  for (const [part, ofPart] of byPart) {
    const checks = ofPart.reduce((sum, each) => sum + each.checks, 0);
    console.log(`  ${part}: ${ofPart.length} tests, ${number.format(checks)} checks`);
    for (const test of ofPart) {
      const title = `${part}: ${test.name} (${sanitizer})`;
      if (!test.ended) fail(`${title}: the program ended with ${ended}`);
      else if (test.failures > 0) fail(`${title}: ${test.text[0]}`);
      else counts.passed++;
    }
  }
  // A sanitizer may report at the end of the program.
  if (!ok && counts.failed === failedBefore) fail(`${sanitizer}: the program ended with ${ended}`);
}

const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'ox-profile-native-'));
console.log(`${2 * sources.length} files to compile, ${free} at once`);
try {
  await Promise.all(
    sanitizers.map(async (sanitizer) => {
      const { program, output } = await build(sanitizer, join(folder, sanitizer.replace(',', '-')));
      const built = `sanitizer ${sanitizer}: built after ${secondsSince(began)}`;
      if (program === undefined) {
        console.log(`sanitizer ${sanitizer}:\n${output}`);
        fail(`${sanitizer}: the tests were not built`);
        return;
      }
      if (output !== '') console.log(output);
      await inTurn(async () => {
        const runBegan = performance.now();
        const result = await run(program, []);
        console.log(`${built}, ran for ${secondsSince(runBegan)}`);
        report(sanitizer, result);
      });
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}

if (process.env.OX_TEST_COUNTS !== undefined) {
  appendFileSync(process.env.OX_TEST_COUNTS, `${JSON.stringify(counts)}\n`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, in ${secondsSince(began)}`);
if (counts.failed > 0) process.exitCode = 1;
