import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The checkout, seen from the compiled tests. */
export const root = join(__dirname, '..', '..');

/** What tools run with that are not of this package: without what is preloaded into
 * Node.js under sanitizers, which makes them many times slower. */
export const envOfTools: NodeJS.ProcessEnv = { ...process.env, LD_PRELOAD: '' };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const DEADLINE_MILLIS = 90_000;

/** Runs a program of this Node with `args` and tells how it ended. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      {
        cwd: root,
        env: { ...process.env, ...env },
        timeout: DEADLINE_MILLIS,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
      },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
      },
    );
  });
}

/** Runs `source` as a CommonJS program in the checkout. */
export function runSource(source: string, nodeArgs: readonly string[] = []): Promise<Ended> {
  return runNode([...nodeArgs, '--eval', source]);
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
 * Runs `source` as a CommonJS program in the checkout, which must end well.
 *
 * @returns what it gave to its `answer()`
 */
export async function answerOfProgram<T>(source: string, nodeArgs: readonly string[] = []): Promise<T> {
  const ended = await runSource(
    `const answer = (value) => process.stdout.write(JSON.stringify(value));
    ${source}`,
    nodeArgs,
  );
  if (ended.code !== 0) {
    throw new Error(`the program ended with ${String(ended.code ?? ended.signal)}: ${ended.stderr}`);
  }
  return JSON.parse(ended.stdout) as T;
}

/** The same within an async function, whose program has `sleep` and `burn`, both of
 * milliseconds. */
export function answerOfWork<T>(source: string): Promise<T> {
  return answerOfProgram(`
    const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
    ${burner}
    (async () => { ${source} })();`);
}

/** Runs a program of test/workloads and returns what it answered. */
export async function runWorkload<Answer>(
  name: string,
  options: Record<string, unknown> = {},
  nodeArgs: readonly string[] = [],
): Promise<Answer> {
  const ended = await runNode([
    ...nodeArgs,
    join(root, 'test', 'workloads', `${name}.js`),
    JSON.stringify(options),
  ]);
  if (ended.code !== 0) {
    throw new Error(`${name} ended with ${String(ended.code ?? ended.signal)}: ${ended.stderr}`);
  }
  return JSON.parse(ended.stdout) as Answer;
}

/** Starts `source` and kills it with `signal` as soon as it says `ready`. */
export function killWhenReady(source: string, signal: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--eval', source], { cwd: root });
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MILLIS);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('ready')) child.kill(signal);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, ended) => {
      clearTimeout(deadline);
      resolve({ code, signal: ended, stdout, stderr });
    });
  });
}
