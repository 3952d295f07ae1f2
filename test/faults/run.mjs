// npm run test:faults: builds the addon with ways to break V8's profiler, which
// release builds lack, and sees it repaired. The build is made in a folder of
// its own.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { headerArguments } from '../../scripts/node-headers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'ox-profile-faults-'));

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (error) throw error;
  return status === 0;
}

let ok;
try {
  for (const name of ['binding.gyp', 'package.json', 'native', 'dist']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const gyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  ok =
    run(process.execPath, [
      gyp,
      'rebuild',
      '--loglevel=warn',
      ...headerArguments(),
      '--',
      '-Dinject_faults=1',
    ]) &&
    run(process.execPath, [join(root, 'test', 'faults', 'stuck.cjs'), folder]);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = ok ? 0 : 1;
