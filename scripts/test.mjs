// npm test: runs the mocha tests, by the plan of test/plan.mjs.
//
//   node scripts/test.mjs [options] [pattern...] [-- mocha's options]
//
//   pattern         only files whose path below test/ contains one of them
//   --kind a,b      only these kinds of the plan                     default: all
//   --node 20,26    with these Node.js majors, on prebuilt addons; `plan`: each kind
//                   on those that the plan names                     default: the one that runs
//   --except 20     not with these majors
//   --sanitized     only kinds that sanitizers run
//   --level L       ci or all: how many cells of matrices, life cycles, workers
//                                                                    default: ci
//   --jobs N        files at once                                    default: one a core
//   --list          prints the files, and runs nothing
//
// Needs the compiled package and tests: npm test makes them first. Files run in
// parallel, except those that the plan says are alone: they come last, one at a time.
// Exits with 1 where a test failed, and where no test ran.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, appendFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { alone, first, kinds } from '../test/plan.mjs';
import { currentNode, ensureNode, majors, root } from './node-versions.mjs';
import { prebuildPath } from './prebuilds.mjs';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const reporter = join(root, 'scripts', 'counting-reporter.cjs');

/** Fails with a sentence instead of a stack. */
function fail(message) {
  console.error(message);
  process.exit(2);
}

function readOptions() {
  const [own, forMocha] = splitAt(process.argv.slice(2), '--');
  const { values, positionals } = parseArgs({
    args: own,
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      node: { type: 'string', default: 'current' },
      except: { type: 'string', default: '' },
      sanitized: { type: 'boolean', default: false },
      level: { type: 'string', default: process.env.OX_TEST_COUNTS_LEVEL ?? 'ci' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      list: { type: 'boolean', default: false },
    },
  });
  const wanted = values.kind?.split(',') ?? Object.keys(kinds);
  for (const name of wanted) {
    if (!Object.hasOwn(kinds, name)) {
      fail(`Expected one of ${Object.keys(kinds).join(', ')} for --kind but received ${name}`);
    }
  }
  if (!['ci', 'all'].includes(values.level)) {
    fail(`Expected ci or all for --level but received ${values.level}`);
  }
  if (!(Number(values.jobs) >= 1)) fail(`Expected a number for --jobs but received ${values.jobs}`);
  return { ...values, wanted, patterns: positionals, forMocha };
}

/** What stands before the first `mark`, and what behind it. */
function splitAt(list, mark) {
  const at = list.indexOf(mark);
  return at < 0 ? [list, []] : [list.slice(0, at), list.slice(at + 1)];
}

/** Files of a kind, as paths below test/, without their ending. */
function filesOf({ folders }) {
  return folders.flatMap((folder) =>
    readdirSync(join(root, 'test', folder))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name.slice(0, -'.test.ts'.length)}`),
  );
}

/** Every test file belongs to a kind, and what the plan names is there. */
function checkPlan() {
  const planned = new Set(Object.values(kinds).flatMap(filesOf));
  const there = readdirSync(join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replaceAll('\\', '/').slice(0, -'.test.ts'.length));
  const unplanned = there.filter((file) => !planned.has(file));
  if (unplanned.length > 0) fail(`test/plan.mjs has no kind for ${unplanned.join(', ')}`);
  const missing = [...Object.keys(alone), ...first].filter((file) => !planned.has(file));
  if (missing.length > 0) fail(`test/plan.mjs names files that are not there: ${missing.join(', ')}`);
}

/** Whether the plan has a kind run with this major. */
function isPlanned({ nodes }, major) {
  if (nodes === 'every') return true;
  if (nodes === 'one') return major === majors[0];
  return major === majors[0] || major === majors.at(-1);
}

/** The Node.js to run with; each with whether it is the one that runs this. */
function nodesOf({ node, except }) {
  const current = currentNode();
  if (node === 'current') return [current];
  const wanted = node === 'plan' ? majors : node.split(',').map(Number);
  const left = wanted.filter((major) => !except.split(',').includes(String(major)));
  if (existsSync(join(root, 'build')) && left.some((major) => major !== current.major)) {
    fail('build/ is there and would be loaded by every Node.js: remove it first');
  }
  return left.map((major) => {
    const found = ensureNode(major);
    const prebuild = prebuildPath(found.abi);
    if (!existsSync(join(root, prebuild))) fail(`${prebuild} is missing: npm run prebuild`);
    return found;
  });
}

/** The longest first, so that no job is left with one of them in the end. */
function inOrder(files) {
  const rank = (file) => (first.includes(file) ? first.indexOf(file) : first.length);
  return [...files].sort((a, b) => rank(a) - rank(b));
}

/** Runs mocha; returns whether all tests passed, and how many ran. */
function runMocha(node, files, jobs, { level, forMocha }) {
  const folder = mkdtempSync(join(tmpdir(), 'ox-profile-counts-'));
  const countsFile = join(folder, 'counts');
  const args = [
    ...[mocha, '--reporter', reporter],
    ...(jobs > 1 && files.length > 1 ? ['--parallel', '--jobs', String(jobs)] : []),
    ...forMocha,
    ...files.map((file) => join('dist-test', `${file}.test.js`)),
  ];
  try {
    const { status, signal } = spawnSync(node.bin, args, {
      cwd: root,
      env: {
        ...process.env,
        OX_TEST_COUNTS: countsFile,
        OX_TEST_COUNTS_LEVEL: level,
        // Tests that start a bare `node` shall get this one.
        PATH: `${dirname(node.bin)}${delimiter}${process.env.PATH ?? ''}`,
      },
      stdio: 'inherit',
    });
    const counted = existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '';
    // A run that could not even count its failures counts as one.
    const counts = counted === '' ? { passed: 0, failed: 1, failures: [] } : JSON.parse(counted);
    if (counted === '') {
      counts.failures.push(`Node ${node.version}: mocha ended with ${signal ?? `code ${status}`}`);
    }
    if (process.env.OX_TEST_COUNTS !== undefined) {
      appendFileSync(process.env.OX_TEST_COUNTS, `${JSON.stringify(counts)}\n`);
    }
    return { passed: status === 0 && counts.failed === 0, ran: counts.passed + counts.failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const options = readOptions();
checkPlan();
let passed = true;
let ran = 0;
for (const node of nodesOf(options)) {
  const chosen = options.wanted
    .map((name) => kinds[name])
    .filter((kind) => options.node !== 'plan' || isPlanned(kind, node.major))
    .filter((kind) => !options.sanitized || kind.sanitized);
  const matches = (file) =>
    options.patterns.length === 0 || options.patterns.some((pattern) => file.includes(pattern));
  const of = (kind) => filesOf(kind).filter(matches);
  const isAlone = (kind, file) => kind.alone !== undefined || Object.hasOwn(alone, file);
  const together = inOrder(chosen.flatMap((kind) => of(kind).filter((file) => !isAlone(kind, file))));
  const apart = inOrder(chosen.flatMap((kind) => of(kind).filter((file) => isAlone(kind, file))));
  if (options.list) {
    console.log(`Node ${node.version}`, { together, apart });
    continue;
  }
  const jobs = Number(options.jobs);
  for (const [files, atOnce] of [
    [together, jobs],
    [apart, 1],
  ]) {
    if (files.length === 0) continue;
    const how = atOnce > 1 ? `${atOnce} at once` : 'one at a time';
    console.log(`\nNode ${node.version}: ${files.length} files, ${how}`);
    const result = runMocha(node, files, atOnce, options);
    passed &&= result.passed;
    ran += result.ran;
  }
}
if (!options.list && ran === 0) fail('No test ran');
if (!passed) process.exitCode = 1;
