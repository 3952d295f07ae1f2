// Runs the mocha suite with other Node.js majors, on the prebuilt addons.
//
//   node scripts/test-nodes.mjs [major...]    default: all but the running one
//
// Needs `npm run prebuild` and the compiled tests (`npm run build:test`).
// All majors are run, whatever fails.

import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, delimiter, join } from 'node:path';
import process from 'node:process';

import { currentNode, ensureNode, majors, root } from './node-versions.mjs';
import { prebuildPath } from './prebuilds.mjs';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const counts = process.env.OX_TEST_COUNTS;

const wanted = process.argv.slice(2).map(Number);
if (wanted.length === 0) {
  wanted.push(...majors.filter((major) => major !== currentNode().major));
}

if (existsSync(join(root, 'build'))) {
  console.error('build/ is there and would be loaded by every Node.js: remove it first');
  process.exit(1);
}

/** Runs the suite; returns whether it passed. */
function run(major) {
  const node = ensureNode(major);
  const prebuild = prebuildPath(node.abi);
  if (!existsSync(join(root, prebuild))) {
    console.error(`${prebuild} is missing: npm run prebuild`);
    return false;
  }
  const reporter = join(root, 'scripts', 'counting-reporter.cjs');
  const { status, signal } = spawnSync(node.bin, [mocha, '--reporter', reporter], {
    cwd: root,
    // Tests that start a bare `node` shall get this one.
    env: { ...process.env, PATH: `${dirname(node.bin)}${delimiter}${process.env.PATH ?? ''}` },
    stdio: 'inherit',
  });
  if (status === 0) return true;
  console.error(`mocha with Node ${node.version} ended with ${signal ?? `code ${status}`}`);
  return false;
}

const linesOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0);

const failed = [];
for (const major of wanted) {
  console.log(`\nNode ${major}`);
  const before = counts === undefined ? 0 : linesOf(counts);
  let passed = false;
  try {
    passed = run(major);
  } catch (error) {
    console.error(error.message);
  }
  if (passed) continue;
  failed.push(major);
  // A run that could not even count its failures counts as one.
  if (counts !== undefined && linesOf(counts) === before) {
    appendFileSync(counts, `${JSON.stringify({ passed: 0, failed: 1 })}\n`);
  }
}

if (failed.length > 0) {
  console.error(`\nFailed with Node ${failed.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log(`\nPassed with Node ${wanted.join(', ')}`);
}
