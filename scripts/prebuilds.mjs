// How prebuilt addons are named, and which ones a release consists of.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { abis, root } from './node-versions.mjs';

const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The platforms of a release; only Linux has more than one C library. */
export const releaseTargets = [
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'darwin', arch: 'x64' },
  { platform: 'linux', arch: 'arm64', libc: 'glibc' },
  { platform: 'linux', arch: 'arm64', libc: 'musl' },
  { platform: 'linux', arch: 'x64', libc: 'glibc' },
  { platform: 'linux', arch: 'x64', libc: 'musl' },
  { platform: 'win32', arch: 'x64' },
];

/** The machine this runs on; its libc is told the way node-gyp-build tells it. */
export function currentTarget() {
  const target = { platform: process.platform, arch: process.arch };
  if (target.platform !== 'linux') return target;
  return { ...target, libc: existsSync('/etc/alpine-release') ? 'musl' : 'glibc' };
}

/**
 * The path of one prebuilt addon within the package, with forward slashes.
 *
 * @param {string} abi
 * @param {{ platform: string, arch: string, libc?: string }} [target]
 */
export function prebuildPath(abi, { platform, arch, libc } = currentTarget()) {
  const tags = [name, `abi${abi}`, ...(libc === undefined ? [] : [libc])];
  return `prebuilds/${platform}-${arch}/${tags.join('.')}.node`;
}

/** Every prebuilt addon that a release must contain. */
export function releasePrebuilds() {
  return releaseTargets.flatMap((target) =>
    [...abis.values()].map((abi) => prebuildPath(abi, target)),
  );
}
