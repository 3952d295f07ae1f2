// npm run test:repeat: runs tests again and again, to find those that fail by chance.
//
//   node scripts/test-repeat.mjs --times N [--load] [options and patterns of test.mjs]
//
//   --times N   how often; default 20
//   --load      beside two processes that never rest
//
// For example: npm run test:repeat -- --times 20 --load --node 26 launcher/
//
// Prints each failure when it comes, and in the end a Markdown table: test, runs,
// failures, slowest. Exits with 1 where anything failed.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { root } from './node-versions.mjs';

const BUSY_PROCESSES = 2;

/** A process that never rests, until it is killed or this one has ended. */
const busy = `
  const parent = process.ppid;
  while (process.ppid === parent) for (const end = Date.now() + 1000; Date.now() < end; );`;

const args = process.argv.slice(2);

/** Takes an option, with its value, out of the arguments. */
function take(name, withValue) {
  const at = args.indexOf(name);
  if (at < 0) return undefined;
  const [, value = ''] = args.splice(at, withValue ? 2 : 1);
  return withValue ? value : true;
}

const times = Number(take('--times', true) ?? 20);
const load = take('--load', false) === true;
if (!(Number.isInteger(times) && times >= 1)) {
  console.error('Usage: npm run test:repeat -- --times N [--load] [options and patterns of test.mjs]');
  process.exit(2);
}

/** By title: runs, failures, and the slowest in milliseconds. */
const rows = new Map();
let roundsWithout = 0;
const folder = mkdtempSync(join(tmpdir(), 'ox-profile-repeat-'));

/** Runs everything once; what mocha prints is shown where something failed. */
function round(number) {
  const countsFile = join(folder, String(number));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts', 'test.mjs'), ...args],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, OX_TEST_COUNTS: countsFile },
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  const lines = existsSync(countsFile) ? readFileSync(countsFile, 'utf8').trim().split('\n') : [];
  const counts = lines.map((line) => JSON.parse(line));
  let failed = 0;
  for (const { title, millis, failed: hasFailed } of counts.flatMap(({ tests = [] }) => tests)) {
    const row = rows.get(title) ?? { runs: 0, failures: 0, slowestMillis: 0 };
    row.runs++;
    row.slowestMillis = Math.max(row.slowestMillis, millis);
    if (hasFailed) {
      row.failures++;
      failed++;
    }
    rows.set(title, row);
  }
  const uncounted = counts.length === 0 || counts.some((count) => count.tests === undefined);
  if (uncounted) roundsWithout++;
  if (failed > 0 || uncounted) console.log(stdout, stderr);
  return failed;
}

const loads = Array.from({ length: load ? BUSY_PROCESSES : 0 }, () =>
  spawn(process.execPath, ['--eval', busy], { stdio: 'ignore' }),
);
try {
  for (let number = 1; number <= times; number++) {
    const start = performance.now();
    const failed = round(number);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`Round ${number} of ${times}: ${failed} failed, ${seconds} s`);
  }
} finally {
  for (const child of loads) child.kill();
  rmSync(folder, { recursive: true });
}

console.log(`\n${times} rounds${load ? `, beside ${BUSY_PROCESSES} busy processes` : ''}\n`);
console.log('| Test | Runs | Failures | Slowest, s |\n| --- | ---: | ---: | ---: |');
const sorted = [...rows].sort(
  ([, a], [, b]) => b.failures - a.failures || b.slowestMillis - a.slowestMillis,
);
for (const [title, { runs, failures, slowestMillis }] of sorted) {
  const name = title.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
  console.log(`| ${name} | ${runs} | ${failures} | ${(slowestMillis / 1000).toFixed(1)} |`);
}
const failures = sorted.reduce((sum, [, row]) => sum + row.failures, 0);
console.log(`\n${sorted.length} tests, ${failures} failures`);
if (roundsWithout > 0) console.log(`${roundsWithout} rounds ended without counts of their tests`);
if (failures > 0 || roundsWithout > 0 || sorted.length === 0) process.exitCode = 1;
