// npm run test:native: builds the native parts that know neither V8 nor libuv
// into a test program and runs it, under the sanitizers where the compiler has
// them: address and undefined behaviour, then threads.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const native = join(here, '..', '..', 'native');
const sources = [
  'budget',
  'call_tree',
  'count_table',
  'fold',
  'fold_placement',
  'frame_table',
  'growing_index',
  'interval_source',
  'json',
  'parking',
  'ranking',
  'rotation_plan',
  'stuck_watch',
];
const folder = mkdtempSync(join(tmpdir(), 'ox-profile-native-'));

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  return status === 0;
}

let ok = true;
try {
  for (const sanitizer of ['address,undefined', 'thread']) {
    const program = join(folder, sanitizer.replace(',', '-'));
    const built = run(process.env.CXX ?? 'c++', [
      ...['-std=c++20', '-O1', '-g', '-Wall', '-Wextra', '-pthread'],
      ...[`-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all', '-I', native],
      ...[join(here, 'native_test.cc'), ...sources.map((name) => join(native, `${name}.cc`))],
      ...['-o', program],
    ]);
    process.stdout.write(`sanitizer ${sanitizer}: `);
    if (!built || !run(program, [])) ok = false;
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = ok ? 0 : 1;
