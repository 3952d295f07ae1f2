// Formats the C++ sources of native/ and test/native/ with clang-format.
//
//   node scripts/format-native.mjs            writes them
//   node scripts/format-native.mjs --check    only fails where it would
//
// CLANG_FORMAT names another program than `clang-format`. The sources are kept
// as version 14 formats them, Debian 12's.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { root } from './node-versions.mjs';

const program = process.env.CLANG_FORMAT ?? 'clang-format';
const check = process.argv.includes('--check');
const files = ['native', join('test', 'native')]
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((name) => /\.(cc|h)$/.test(name))
  .sort();

if (files.length === 0) {
  console.error('No C++ sources');
  process.exit(1);
}
const mode = check ? ['--dry-run', '--Werror'] : ['-i'];
const { status, error } = spawnSync(program, ['--style=file', ...mode, ...files], {
  cwd: root,
  stdio: 'inherit',
});
if (error !== undefined) {
  console.error(`${program} cannot be run (Debian: apt-get install clang-format): ${error.message}`);
}
process.exitCode = status ?? 1;
