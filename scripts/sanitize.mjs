// Runs what touches native code or threads (test/plan.mjs says what) on an addon
// that is built with sanitizers.
//
//   node scripts/sanitize.mjs address [options of scripts/test.mjs]
//   node scripts/sanitize.mjs thread [options of scripts/test.mjs]
//
// `address` is AddressSanitizer, with UndefinedBehaviorSanitizer and a search for
// leaks at the end of each process; `thread` is ThreadSanitizer. Both need Linux,
// GCC and the compiled tests (`npm run build:test`).
//
// The addon is built in .cache/sanitize/; build/ stays as it is. As Node.js is not
// instrumented, the sanitizer's runtime is preloaded into it and its children.
// All of them write their reports to files, which are read in the end: so those
// of a child count too whose end no test looks at.

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';

import { headerArguments } from './node-headers.mjs';
import { root } from './node-versions.mjs';
import { failures, frameFormat, readReports } from './sanitizer-reports.mjs';

/** Tests by parts of their titles that sanitizers have no part in. */
const except = [
  // The environment says where the sanitized addon is; this worker has its own.
  'join by themselves, with an env of their own',
];

const modes = {
  address: {
    flags: 'address,undefined',
    runtime: 'libasan.so',
    preload: [],
    canaries: ['Leak', 'UseAfterFree', 'Overflow'],
    except,
  },
  thread: {
    flags: 'thread',
    runtime: 'libtsan.so',
    preload: ['direct_sigprof'],
    canaries: ['Race'],
    // ThreadSanitizer's own notes of threads grow with each.
    except: [...except, 'a storm of workers does not grow'],
  },
};

const [name, ...testArgs] = process.argv.slice(2);
const mode = Object.hasOwn(modes, name ?? '') ? modes[name] : undefined;
if (mode === undefined || process.platform !== 'linux') {
  console.error("Usage, on Linux: node scripts/sanitize.mjs address|thread [options of test.mjs]");
  process.exit(2);
}

const { resolve } = createRequire(import.meta.url);
const compiler = process.env.CXX ?? 'c++';
const sources = join(root, 'test', 'sanitizers');
const folder = join(root, '.cache', 'sanitize', name);
const canary = join(folder, 'ox_profile_canary.node');

/** Runs a command; returns whether it ended well. */
function run([command, ...args], options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  return status === 0;
}

/** Builds a library of test/sanitizers/. */
function compile(source, library, flags) {
  const common = ['-std=c++20', '-O1', '-g', '-Wall', '-Wextra', '-pthread', '-shared', '-fPIC'];
  const built = run([compiler, ...common, ...flags, join(sources, source), '-o', library]);
  if (!built) throw new Error(`${source} was not built`);
}

function build() {
  mkdirSync(folder, { recursive: true });
  // node-gyp builds in the folder of binding.gyp.
  for (const linked of ['binding.gyp', 'native']) {
    rmSync(join(folder, linked), { force: true });
    symlinkSync(join(root, linked), join(folder, linked));
  }
  const nodeGyp = [
    resolve('node-gyp/bin/node-gyp.js'),
    ...['configure', 'build', '--loglevel=warn'],
    ...headerArguments(),
  ];
  const env = { JOBS: 'max', ...process.env, GYP_DEFINES: `sanitize=${mode.flags}` };
  if (!run([process.execPath, ...nodeGyp], { cwd: folder, env })) {
    throw new Error('The addon was not built');
  }
  compile('canary.cc', canary, [
    ...[`-fsanitize=${mode.flags}`, '-fno-sanitize-recover=all', '-Wl,-z,nodelete'],
  ]);
  for (const library of mode.preload) {
    compile(`${library}.cc`, join(folder, `${library}.so`), []);
  }
}

/** The sanitizer's runtime that belongs to the compiler. */
function runtime() {
  const args = [`-print-file-name=${mode.runtime}`];
  const path = spawnSync(compiler, args, { encoding: 'utf8' }).stdout.trim();
  if (!isAbsolute(path)) throw new Error(`Expected ${compiler} to be GCC with its ${mode.runtime}`);
  return path;
}

/** What sanitized processes have to find in their environment. */
function environment(logs) {
  const optionsOf = (options) =>
    Object.entries({
      log_path: join(logs, 'report'),
      stack_trace_format: frameFormat,
      // Names are looked up in the end: to do so in each process takes time, and
      // in the middle of a test keeps V8's thread from its samples.
      symbolize: 0,
      ...options,
    })
      .map(([key, value]) => `${key}="${value}"`)
      .join(':');
  const preload = mode.preload.map((library) => join(folder, `${library}.so`));
  return {
    ...process.env,
    OX_PROFILE_PREBUILD: folder,
    LD_PRELOAD: [...preload, runtime()].join(' '),
    // The exit code is for leaks and races, and every process has some of Node's.
    // Errors do not abort: a search for leaks that could not be done would do so
    // too, and fail the test of that process. They are known by their reports.
    ASAN_OPTIONS: optionsOf({ exitcode: 0, detect_leaks: 1, abort_on_error: 0, handle_abort: 1 }),
    UBSAN_OPTIONS: optionsOf({ print_stacktrace: 1, abort_on_error: 1 }),
    TSAN_OPTIONS: optionsOf({ exitcode: 0, history_size: 7, atexit_sleep_ms: 0 }),
  };
}

/** Runs Node.js sanitized; returns what was reported. */
function runSanitized(args, options = {}) {
  const logs = mkdtempSync(join(tmpdir(), 'ox-profile-sanitize-'));
  try {
    // Where addresses are that random, a runtime does not find room for its maps.
    const randomBits = Number(readFileSync('/proc/sys/vm/mmap_rnd_bits', 'utf8'));
    const fixed = randomBits > 28 ? ['setarch', '-R'] : [];
    run([...fixed, process.execPath, ...args], {
      ...options,
      env: { ...environment(logs), ...options.env },
    });
    const reports = readReports(logs);
    return { reports, failed: failures(reports, join(sources, 'suppressions.txt')) };
  } finally {
    rmSync(logs, { recursive: true });
  }
}

/** A run without reports proves something only where bugs are reported. */
function checkCanaries() {
  for (const bug of mode.canaries) {
    const load = `try { process.dlopen({ exports: {} }, ${JSON.stringify(canary)}); } catch {}`;
    const { failed } = runSanitized(['--eval', load], {
      env: { OX_PROFILE_CANARY: bug },
      stdio: 'ignore',
    });
    if (!failed.some(({ text }) => text.includes(`::${bug}()`))) {
      throw new Error(`Expected a report of ${bug}() in test/sanitizers/canary.cc`);
    }
  }
}

build();
checkCanaries();
const countsFile = join(folder, 'counts.json');
rmSync(countsFile, { force: true });
const { reports, failed } = runSanitized(
  [
    ...[join(root, 'scripts', 'test.mjs'), '--sanitized', ...testArgs],
    ...(testArgs.includes('--') ? [] : ['--', '--invert', '--grep', mode.except.join('|')]),
    // All is several times slower.
    ...['--timeout', '360000'],
  ],
  { env: { OX_TEST_COUNTS: countsFile } },
);
// An exit code may be the sanitizer's: whether all passed, mocha's own counts say.
const counted = existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '';
const runs = counted.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
const allPassed = runs.length > 0 && runs.every((counts) => counts.failed === 0);
for (const { text, times } of failed) {
  console.log(`\nReported ${times === 1 ? 'once' : `${times} times`}:\n\n${text.trim()}`);
}
const unsearched = reports.filter(({ kind }) => kind === 'unsearched').length;
console.log(
  `\n${failed.length} different reports; ${reports.length} in all, with those of Node.js itself` +
    (unsearched > 0 ? `; leaks could not be searched for in ${unsearched} processes` : ''),
);
if (process.env.OX_TEST_COUNTS !== undefined) {
  appendFileSync(process.env.OX_TEST_COUNTS, counted);
  if (failed.length > 0) {
    const failures = failed.map(({ text }) => text.trim().split('\n', 2).join(' '));
    const counts = { passed: 0, failed: failed.length, failures };
    appendFileSync(process.env.OX_TEST_COUNTS, `${JSON.stringify(counts)}\n`);
  }
}
process.exitCode = allPassed && failed.length === 0 ? 0 : 1;
