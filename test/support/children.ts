import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { reportDirectory, stackOfCrash } from './crashes';

/** The checkout, seen from the compiled tests. */
export const root = join(__dirname, '..', '..');

/** The environment of tools that are not part of this package: without what
 * sanitizers preload into Node.js, which makes them many times slower. */
export const envOfTools: NodeJS.ProcessEnv = { ...process.env, LD_PRELOAD: '' };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of a crash: its stack, as Node's report or gdb has it; else ''. */
  readonly stack: string;
}

/** A child still running after that is killed: far beyond what most need. */
const DEADLINE_SECONDS = 150;

interface RunOptions {
  /** What the program is run by, with its arguments. */
  readonly under?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly deadlineSeconds?: number | undefined;
  /** Called with all of stdout so far, whenever there is more. */
  readonly onStdout?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
}

function run(
  args: readonly string[],
  { under = [], env = {}, deadlineSeconds = DEADLINE_SECONDS, onStdout }: RunOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const startMillis = Date.now();
    const nodeOptions = env.NODE_OPTIONS ?? process.env.NODE_OPTIONS ?? '';
    const [command, ...all] = [...under, process.execPath, ...args];
    const child = spawn(command!, all, {
      cwd: root,
      env: {
        ...process.env,
        ...env,
        NODE_OPTIONS: `${nodeOptions} --report-on-fatalerror --report-directory=${reportDirectory}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    const deadline = setTimeout(() => {
      said.stderr += `\n[killed: it had not ended after ${String(deadlineSeconds)} s]\n`;
      child.kill('SIGKILL');
    }, deadlineSeconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said.stdout += chunk;
      onStdout?.(said.stdout, (signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.stderr += chunk));
    child.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      const stack = stackOfCrash({ pid: child.pid ?? 0, code, signal, startMillis, cwd: root });
      resolve({ code, signal, ...said, stack });
    });
  });
}

/**
 * Runs a program of this Node with `args` and tells how it ended.
 *
 * @param deadlineSeconds for a program whose work grows with the level of the counts
 */
export function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  deadlineSeconds?: number,
): Promise<Ended> {
  return run(args, { env, deadlineSeconds });
}

/** Runs `source` as a CommonJS program in the checkout. */
export function runSource(source: string, nodeArgs: readonly string[] = []): Promise<Ended> {
  return runNode([...nodeArgs, '--eval', source]);
}

/** Starts `source` and sends it `signal` as soon as it says `ready`. */
export function killWhenReady(source: string, signal: NodeJS.Signals): Promise<Ended> {
  let sent = false;
  return run(['--eval', source], {
    onStdout(stdout, kill) {
      if (sent || !stdout.includes('ready')) return;
      sent = true;
      kill(signal);
    },
  });
}

/** All that is known of how a program ended, for the message of a failed test. */
export function accountOf({ code, signal, stdout, stderr, stack }: Ended): string {
  const parts = { stdout, stderr, stack };
  return [
    `the program ended with ${signal === null ? `code ${String(code)}` : `signal ${signal}`}`,
    ...Object.entries(parts).map(([name, text]) =>
      text.trim() === '' ? `no ${name}` : `${name}:\n${text.trim().replace(/^/gm, '  ')}`,
    ),
  ].join('\n');
}

/** How a program should end. What is not named is not looked at. */
export interface ExpectedEnd {
  /** 0 unless a code or a signal is given. */
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  /** Compared without white space at both ends. */
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
}

/** Fails, with all that is known, where a program did not end as it should. */
export function assertEnded(ended: Ended, expected: ExpectedEnd = {}): void {
  const account = accountOf(ended);
  const { signal = null, code = signal === null ? 0 : null } = expected;
  assert.deepEqual(
    { code: ended.code, signal: ended.signal },
    { code, signal },
    `expected ${signal === null ? `code ${String(code)}` : `signal ${signal}`}, but ${account}`,
  );
  for (const name of ['stdout', 'stderr'] as const) {
    const wanted = expected[name];
    if (wanted === undefined) continue;
    const message = `expected ${String(wanted)} on ${name}, but ${account}`;
    if (typeof wanted === 'string') assert.equal(ended[name].trim(), wanted.trim(), message);
    else assert.match(ended[name], wanted, message);
  }
}

/** What a program that ended well wrote to its stdout, as JSON. */
export function jsonOf(ended: Ended): unknown {
  assertEnded(ended);
  try {
    return JSON.parse(ended.stdout);
  } catch {
    throw new Error(`expected JSON on stdout, but ${accountOf(ended)}`);
  }
}

/** For programs: burns time in a function of some name. */
export const burner = `
  function burn(millis) {
    const end = performance.now() + millis;
    let sum = 0;
    while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = (sum * 31 + i) | 0;
    return sum;
  }`;

/**
 * For programs and their workers: ways to wait for what must have happened.
 *
 * - `sleep(millis)`: a promise. For the pause between two looks, never instead of one.
 * - `until(holds)`: resolves to the first truthy value (or promise of one) of `holds()`.
 * - `workUntil(work, holds)`: calls `work()`, at least once, until `holds()`; on this
 *   thread, synchronously. Returns what `holds()` gave.
 *
 * Both throw after a minute, and print the condition that did not come.
 */
export const waits = `
  const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
  const inVain = (holds) => new Error('Waited for a minute in vain: ' + holds);
  async function until(holds) {
    for (const deadline = performance.now() + 60_000; ; await sleep(2)) {
      const value = await holds();
      if (value) return value;
      if (performance.now() > deadline) throw inVain(holds);
    }
  }
  function workUntil(work, holds) {
    for (const deadline = performance.now() + 60_000; ; ) {
      work();
      const value = holds();
      if (value) return value;
      if (performance.now() > deadline) throw inVain(holds);
    }
  }`;

/**
 * Runs `source` as a CommonJS program in the checkout, which must end well.
 *
 * @returns what it gave to its `answer()`
 */
export async function answerOfProgram<T>(source: string, nodeArgs: readonly string[] = []): Promise<T> {
  const answer = 'const answer = (value) => process.stdout.write(JSON.stringify(value));';
  return jsonOf(await runSource(`${answer} ${source}`, nodeArgs)) as T;
}

/** The same within an async function, whose program has `burn` and `waits`. */
export function answerOfWork<T>(source: string): Promise<T> {
  return answerOfProgram(`${waits} ${burner} (async () => { ${source} })();`);
}

/** For workloads that make garbage and are not about it: the collector has little to do,
 * and does it on the thread whose time is measured. */
export const QUIET_COLLECTOR = [
  '--single-threaded-gc',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
] as const;

/** Runs a program of test/workloads and returns what it answered. */
export async function runWorkload<Answer>(
  name: string,
  options: Record<string, unknown> = {},
  nodeArgs: readonly string[] = [],
  deadlineSeconds?: number,
): Promise<Answer> {
  const program = join(root, 'test', 'workloads', `${name}.js`);
  const args = [...nodeArgs, program, JSON.stringify(options)];
  return jsonOf(await runNode(args, {}, deadlineSeconds)) as Answer;
}

/** The same on one core of the machine (Linux). */
export async function runWorkloadOnCore<Answer>(
  core: number,
  name: string,
  options: Record<string, unknown> = {},
): Promise<Answer> {
  const args = [join(root, 'test', 'workloads', `${name}.js`), JSON.stringify(options)];
  return jsonOf(await run(args, { under: ['taskset', '-c', String(core)] })) as Answer;
}
