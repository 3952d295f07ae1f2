// The Node.js majors this package supports, and a way to get at each of them.
//
// The npm registry carries Node.js itself: the package node-<platform>-<arch>
// holds bin/node and include/node of one version. ensureNode(major) puts it
// into .nodes/<major>/ of the checkout, once, and tells where things are.
//
//   node scripts/node-versions.mjs            prints the majors
//   node scripts/node-versions.mjs --json     the same as a JSON array
//   node scripts/node-versions.mjs 22         prints the path of Node 22

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The one list of the supported majors, each with its NODE_MODULE_VERSION. */
export const abis = new Map([
  [20, '115'],
  [22, '127'],
  [24, '137'],
  [26, '147'],
]);

export const majors = [...abis.keys()];

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const packageName = `node-${process.platform}-${process.arch}`;

/**
 * Makes sure that Node.js of one major is installed below .nodes/.
 *
 * @param {number} major
 * @param {string} wanted a version of it; the newest unless given
 * @returns {{ major: number, version: string, abi: string, bin: string, nodedir: string }}
 */
export function ensureNode(major, wanted = String(major)) {
  if (!majors.includes(major)) {
    throw new Error(`Node ${major} is not one of ${majors.join(', ')}`);
  }
  const prefix = join(root, '.nodes', wanted);
  const nodedir = join(prefix, 'node_modules', packageName);
  const bin = join(nodedir, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const header = join(nodedir, 'include', 'node', 'node_version.h');
  if (!existsSync(bin) || !existsSync(header)) {
    install(`${packageName}@${wanted}`, prefix);
  }
  for (const file of [bin, header]) {
    if (!existsSync(file)) {
      throw new Error(
        `Expected the npm package ${packageName}@${wanted} to bring ${file}. ` +
          'Where it does not, use the Node.js that runs (--current).',
      );
    }
  }
  const headers = readHeaders(nodedir);
  if (headers.major !== major || headers.abi !== abis.get(major)) {
    throw new Error(
      `Expected Node ${major} of ABI ${abis.get(major)} in ${nodedir}, ` +
        `found ${headers.version} of ABI ${headers.abi}`,
    );
  }
  return { ...headers, bin, nodedir };
}

/** The Node.js that runs this script, in the same shape (nodedir unknown). */
export function currentNode() {
  const version = process.versions.node;
  return {
    major: Number.parseInt(version, 10),
    version,
    abi: process.versions.modules,
    bin: process.execPath,
  };
}

/**
 * What the headers below `nodedir` say about themselves.
 *
 * @param {string} nodedir
 */
export function readHeaders(nodedir) {
  const text = readFileSync(join(nodedir, 'include', 'node', 'node_version.h'), 'utf8');
  const number = (name) => {
    const match = new RegExp(`^#define\\s+${name}\\s+(\\d+)`, 'm').exec(text);
    if (match === null) throw new Error(`No ${name} in the headers of ${nodedir}`);
    return match[1];
  };
  const parts = ['NODE_MAJOR_VERSION', 'NODE_MINOR_VERSION', 'NODE_PATCH_VERSION'].map(number);
  return {
    major: Number(parts[0]),
    version: parts.join('.'),
    abi: number('NODE_MODULE_VERSION'),
  };
}

/** The path of npm-cli.js, to be run by any Node.js. */
export function npmCli() {
  const fromNpm = process.env.npm_execpath;
  const home = dirname(realpathSync(process.execPath));
  const candidates = [
    join(home, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(home, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  if (fromNpm !== undefined && fromNpm.endsWith('npm-cli.js')) candidates.unshift(fromNpm);
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error(`Expected npm next to Node.js, in one of:\n  ${candidates.join('\n  ')}`);
  }
  return realpathSync(found);
}

/** Half a minute is usual; now and then npm waits for a connection that is gone. */
const INSTALL_MILLIS = 4 * 60_000;
const ATTEMPTS = 3;

function install(spec, prefix) {
  mkdirSync(prefix, { recursive: true });
  const args = [
    ...[npmCli(), 'install', '--prefix', prefix, '--no-save', '--no-package-lock'],
    ...['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec],
  ];
  let said = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: prefix,
      encoding: 'utf8',
      timeout: INSTALL_MILLIS,
      killSignal: 'SIGKILL',
    });
    if (status === 0) return;
    said += `${stdout}${stderr}`;
    rmSync(join(prefix, 'node_modules'), { recursive: true, force: true });
  }
  throw new Error(
    `Expected the npm registry to have ${spec}, the Node.js of this platform:\n${said}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [argument] = process.argv.slice(2);
  if (argument === undefined) console.log(majors.join(' '));
  else if (argument === '--json') console.log(JSON.stringify(majors));
  else console.log(ensureNode(Number(argument)).bin);
}
