import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { accountOf, root } from './children';
import { stackOfCrash } from './crashes';

/** A program that goes on, beside the tests. */
export interface Program {
  /** The first line that it wrote. */
  readonly line: string;
  /** Says something to its standard input. */
  tell(line: string): void;
  /** Ends it. Throws, with all that is known, where it has ended by itself. */
  end(): Promise<void>;
}

/** Starts a program of this Node and waits for the first line that it writes. */
export async function startProgram(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Program> {
  const startMillis = Date.now();
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // It may have ended where it is told something.
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const account = async (): Promise<string> => {
    const [code, signal] = await closed;
    const stack = stackOfCrash({ pid: child.pid ?? 0, code, signal, startMillis, cwd: root });
    return accountOf({ code, signal, stdout, stderr, stack });
  };
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    account().then((said) => {
      throw new Error(`expected a first line of ${args.join(' ')}, but ${said}`);
    }),
  ])) as [string];
  return {
    line,
    tell: (said) => void child.stdin.write(`${said}\n`),
    end: async () => {
      const isKilled = child.kill();
      const said = await account();
      if (!isKilled) throw new Error(`expected ${args.join(' ')} to go on, but ${said}`);
    },
  };
}
