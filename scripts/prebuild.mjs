// Fills prebuilds/<platform>-<arch>/ with the addon, built for
//
//   node scripts/prebuild.mjs              each supported Node.js major, against
//                                          the headers that ensureNode() brings
//   node scripts/prebuild.mjs --current    only the Node.js that runs, against
//                                          the headers node-gyp finds by itself
//
// node-gyp-build prefers build/Release over prebuilds/, whatever Node.js the
// former was built for. The builds below leave one there for the wrong Node.js,
// so build/ is removed in the end: afterwards the prebuilds are what is loaded.
// `npm run build:native` makes a build/ again.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { currentNode, ensureNode, majors, readHeaders, root } from './node-versions.mjs';
import { currentTarget, prebuildPath } from './prebuilds.mjs';

const prebuildify = createRequire(import.meta.url).resolve('prebuildify/bin.js');
const target = currentTarget();
const buildDir = join(root, 'build');

const args = process.argv.slice(2);
const current = args.includes('--current');
if (args.some((arg) => arg !== '--current')) {
  console.error('Usage: node scripts/prebuild.mjs [--current]');
  process.exit(2);
}

/** Builds the addon for one Node.js, as ensureNode() or currentNode() gives it. */
function build(node) {
  const file = join(root, prebuildPath(node.abi));
  rmSync(file, { force: true });
  const options = ['--napi=false', '--strip', `--target=node@${node.version}`];
  if (target.libc !== undefined) options.push('--tag-libc', `--libc=${target.libc}`);

  const env = { ...process.env, PREBUILD_ARCH: target.arch };
  env.JOBS ??= 'max';
  env.GYP_DEFINES = [env.GYP_DEFINES, 'static_libstdcxx=1'].filter(Boolean).join(' ');
  if (node.nodedir !== undefined) {
    // Of these two node-gyp prefers the second; both may come from the user.
    env.npm_config_nodedir = node.nodedir;
    env.npm_package_config_node_gyp_nodedir = node.nodedir;
  }
  const { status, error } = spawnSync(process.execPath, [prebuildify, ...options], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`prebuildify failed for Node ${node.version}`);
  checkHeaders(node);
  if (!existsSync(file)) throw new Error(`prebuildify did not make ${file}`);
  return file;
}

/**
 * An addon that was built against another Node.js's headers may load all the
 * same and crash later, so ask node-gyp's own record which headers it used.
 */
function checkHeaders(node) {
  const record = readFileSync(join(buildDir, 'config.gypi'), 'utf8').replace(/^#.*$/gm, '');
  const { nodedir } = JSON.parse(record).variables;
  const headers = readHeaders(nodedir);
  if (headers.abi !== node.abi) {
    throw new Error(
      `Node ${node.version} has ABI ${node.abi}, but node-gyp took the headers ` +
        `of ABI ${headers.abi} in ${nodedir}`,
    );
  }
}

/** Earlier prebuilds of this platform; those of another libc stay. */
function removeStale() {
  const folder = join(root, dirname(prebuildPath('0')));
  if (!existsSync(folder)) return;
  const suffix = target.libc === undefined ? '.node' : `.${target.libc}.node`;
  for (const name of readdirSync(folder)) {
    if (name.endsWith(suffix)) rmSync(join(folder, name));
  }
}

/** The newest versions of the C and C++ libraries an addon asks for, on Linux. */
function needs(file) {
  if (target.libc !== 'glibc') return '';
  const text = readFileSync(file, 'latin1');
  const newest = ['GLIBC', 'GLIBCXX'].flatMap((library) => {
    const found = text.match(new RegExp(`\\b${library}_\\d+(\\.\\d+)+`, 'g')) ?? [];
    return found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(-1);
  });
  return newest.length === 0 ? '' : `, needs ${newest.join(', ')}`;
}

const files = [];
try {
  const nodes = current ? [currentNode()] : majors.map((major) => ensureNode(major));
  if (!current) removeStale();
  for (const node of nodes) {
    console.log(`\nPrebuilding for Node ${node.version} (ABI ${node.abi})`);
    files.push(build(node));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(buildDir, { recursive: true, force: true });
}

console.log('');
for (const file of files) {
  const size = Math.round(statSync(file).size / 1024);
  console.log(`${file.slice(root.length + 1)}: ${size} KiB${needs(file)}`);
}
