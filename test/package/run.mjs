// Tests the package as users get it: packs it, installs the tarball into empty
// projects where no compiler can be found, and runs programs there.
//
//   node test/package/run.mjs [--current] [TARBALL]
//
// With each supported Node.js major, or only with the one that runs. Without a
// tarball it makes one, which needs `npm run build:ts` and `npm run prebuild` (with
// the same flag).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { currentNode, ensureNode, majors, npmCli, root } from '../../scripts/node-versions.mjs';
import { prebuildPath } from '../../scripts/prebuilds.mjs';

const here = import.meta.dirname;
const windows = process.platform === 'win32';

/** What the tarball may hold. */
const allowed = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|binding\.gyp)$/,
  /^dist\/.+\.(js|mjs|d\.ts|d\.mts)$/,
  /^dist\/browser\/(flamegraph|page)\.(css|html)$/,
  /^native\/.+\.(cc|h)$/,
  /^prebuilds\/(README\.md|[a-z0-9]+-[a-z0-9]+\/[^/]+\.node)$/,
];

/** Programs an addon could be compiled with. */
const compilers = ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++', 'make', 'python', 'python3'];

/** So that a program that hangs fails: far beyond what any step takes. */
const patience = 5 * 60_000;

const counts = { passed: 0, failed: 0 };

function test(title, body) {
  try {
    body();
    counts.passed++;
    console.log(`  ok  ${title}`);
    return true;
  } catch (error) {
    counts.failed++;
    console.log(`  FAILED  ${title}`);
    console.log(String(error.stack).replace(/^/gm, '    '));
    return false;
  }
}

/** Runs a program; returns { status, output } with all it printed. */
function run(command, args, options = {}) {
  const child = spawnSync(command, args, { encoding: 'utf8', timeout: patience, ...options });
  if (child.error !== undefined) throw child.error;
  const output = `${child.stdout}${child.stderr}`;
  return { ...child, output, status: child.status ?? child.signal };
}

function succeed(command, args, options) {
  const child = run(command, args, options);
  assert.equal(child.status, 0, `${command} ${args.join(' ')}\n${child.output}`);
  return child;
}

/** The environment without what an outer npm says about itself and this checkout. */
function cleanEnv(path) {
  const env = {};
  for (const [key, value] of Object.entries(process.env)) {
    if (/^npm_(package|lifecycle)_|^npm_config_(build_from_source|local_prefix)$/i.test(key)) continue;
    if (/^(path|init_cwd|node_path|prebuilds_only|ox_profile_prebuild)$/i.test(key)) continue;
    env[key] = value;
  }
  return { ...env, PATH: path };
}

/** A PATH with `node`, a shell and nothing else. */
function bareButNode(bin, dir) {
  if (windows) {
    // Links need rights there; Node.js's own folder holds no compiler either.
    return [dirname(bin), join(process.env.SystemRoot ?? 'C:\\Windows', 'System32')].join(delimiter);
  }
  mkdirSync(dir);
  symlinkSync(bin, join(dir, 'node'));
  symlinkSync('/bin/sh', join(dir, 'sh'));
  return dir;
}

/** Makes the tarball; returns its path. */
function pack(dir) {
  // Without the scripts, so that npm prints nothing but the JSON.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', dir];
  const { stdout } = succeed(process.execPath, [npmCli(), ...args], { cwd: root });
  const [{ filename }] = Object.values(JSON.parse(stdout));
  return join(dir, filename);
}

/** The paths of all files in a tarball. */
function filesIn(tarball) {
  const args = ['pack', '--dry-run', '--json', tarball];
  const { stdout } = succeed(process.execPath, [npmCli(), ...args], { cwd: dirname(tarball) });
  const [{ files }] = Object.values(JSON.parse(stdout));
  return files.map(({ path }) => path);
}

function testContents(files, nodes) {
  test('holds nothing unexpected', () => {
    const isAllowed = (path) => allowed.some((pattern) => pattern.test(path));
    assert.deepEqual(files.filter((path) => !isAllowed(path)), []);
  });
  test('holds the prebuilt addons', () => {
    const missing = nodes
      .map(({ abi }) => prebuildPath(abi))
      .filter((path) => !files.includes(path));
    assert.deepEqual(missing, []);
  });
  test('holds the sources of the addon', () => {
    assert.ok(files.includes('binding.gyp'));
    assert.ok(files.some((path) => path.startsWith('native/')));
  });
}

function testNode(node, tarball, dir) {
  const path = bareButNode(node.bin, join(dir, `bin-${node.major}`));
  const project = join(dir, `project-${node.major}`);
  const installed = join(project, 'node_modules', 'ox-profile');
  const options = { cwd: project, env: cleanEnv(path) };
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  for (const name of ['burn.cjs', 'use.cjs', 'use.mjs']) {
    copyFileSync(join(here, name), join(project, name));
  }

  const ready = test('installs where there is no compiler', () => {
    for (const compiler of compilers) {
      const found = path.split(delimiter).some((part) => existsSync(join(part, compiler)));
      assert.ok(!found, `${compiler} is in the PATH`);
    }
    const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball];
    succeed(node.bin, [npmCli(), ...args], options);
    assert.ok(existsSync(installed), 'not installed');
    assert.ok(!existsSync(join(installed, 'build')), 'it was compiled');
  });
  if (!ready) return;

  test('profiles a CommonJS program', () => {
    succeed(node.bin, ['use.cjs'], options);
  });
  test('profiles an ES module', () => {
    succeed(node.bin, ['use.mjs'], options);
  });
  test('says what is missing where no prebuilt addon fits', () => {
    rmSync(join(installed, 'prebuilds'), { recursive: true });
    const { status, stderr } = run(node.bin, ['-e', 'require("ox-profile")'], options);
    assert.equal(status, 1);
    assert.match(stderr, /platform/);
    assert.match(stderr, new RegExp(`\\b${process.platform}\\b`));
    assert.match(stderr, new RegExp(`\\b${process.arch}\\b`));
    assert.match(stderr, new RegExp(`\\b${node.abi}\\b`));
  });
}

const { values, positionals } = parseArgs({
  options: { current: { type: 'boolean', default: false } },
  allowPositionals: true,
});

// The real path, so that what Node.js reports is what this script knows.
const dir = realpathSync(mkdtempSync(join(tmpdir(), 'ox-profile-package-')));
try {
  let tarball;
  const nodes = values.current ? [currentNode()] : majors.map((major) => ensureNode(major));
  console.log('The tarball');
  const packed = test('is packed', () => {
    tarball = positionals.length > 0 ? resolve(positionals[0]) : pack(dir);
    assert.ok(existsSync(tarball), `${tarball} is missing`);
  });
  if (packed) {
    testContents(filesIn(tarball), nodes);
    for (const node of nodes) {
      console.log(`Node ${node.version}`);
      testNode(node, tarball, dir);
    }
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

if (process.env.OX_TEST_COUNTS !== undefined) {
  appendFileSync(process.env.OX_TEST_COUNTS, `${JSON.stringify(counts)}\n`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed > 0) process.exitCode = 1;
