// npm run test:faults: builds the addon with ways to break V8's profiler, which
// release builds lack, and sees it repaired. The build is made in a folder of
// its own.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { headerArguments } from '../../scripts/node-headers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'ox-profile-faults-'));

/** Runs a program; shows what it says where that is news, and all where it fails. */
function run(title, args) {
  const began = performance.now();
  console.log(`${title} …`);
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  if (error) throw error;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (status === 0) {
    console.log(`${title}: done in ${seconds} s`);
    return true;
  }
  console.error(`${title}: code ${status}, signal ${signal}, after ${seconds} s`);
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    console.error(text === '' ? `no ${name}` : `${name}:\n${text.replace(/^/gm, '  ')}`);
  }
  return false;
}

let ok;
try {
  for (const name of ['binding.gyp', 'package.json', 'native', 'dist']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const gyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const jobs = String(availableParallelism());
  ok =
    run('The addon is built with faults', [
      ...[gyp, 'rebuild', '--jobs', jobs, '--loglevel=warn'],
      ...[...headerArguments(), '--', '-Dinject_faults=1'],
    ]) &&
    run('A stuck profiler is repaired', [
      ...['--report-on-fatalerror', '--report-filename=stderr'],
      ...[join(root, 'test', 'faults', 'stuck.cjs'), folder],
    ]);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = ok ? 0 : 1;
