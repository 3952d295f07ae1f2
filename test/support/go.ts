import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { envOfTools } from './children';

function find(): string | undefined {
  for (const path of ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go']) {
    try {
      execFileSync(path, ['version'], { stdio: 'ignore' });
      return path;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

let found: { path: string | undefined } | undefined;

/**
 * Skips the tests of a suite where there is no `go`: for `before()`. From Go 1.25
 * on the first call compiles the tool, which takes minutes where the machine is busy
 * and nothing of it is in the cache: it is done here, so that no test waits for it.
 */
export async function needsGo(this: Mocha.Context): Promise<void> {
  this.timeout(900_000);
  found ??= { path: find() };
  if (found.path === undefined) {
    console.error('      skipped: no go here. Debian: apt-get install golang-go');
    this.skip();
  }
  await promisify(execFile)(found.path, ['tool', 'pprof', '-help'], { env: envOfGo() });
}

function envOfGo(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...envOfTools, GOFLAGS: '', ...more };
}

/** A line of `-top`: values as numbers, of whatever unit. */
export interface TopRow {
  readonly flat: number;
  readonly cum: number;
  readonly name: string;
}

/** Files for `go tool pprof`, in a folder of their own. */
export class GoPprof {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ox-profile-go-'));
  #files = 0;

  file(bytes: Uint8Array): string {
    const path = join(this.#folder, `${String(this.#files++)}.pb.gz`);
    writeFileSync(path, bytes);
    return path;
  }

  run(...args: string[]): string {
    return execFileSync(found?.path ?? 'go', ['tool', 'pprof', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: envOfGo({ PPROF_TMPDIR: this.#folder }),
    });
  }

  /** `-top` of what it fetches itself, while this thread goes on. */
  async fetchTop(url: string): Promise<TopRow[]> {
    const { stdout } = await promisify(execFile)(
      found?.path ?? 'go',
      ['tool', 'pprof', '-top', ...ALL_NODES, url],
      { env: envOfGo({ PPROF_TMPDIR: this.#folder }) },
    );
    return rowsOf(stdout);
  }

  /** All rows of `-top`, the largest first. */
  top(...args: string[]): TopRow[] {
    return rowsOf(this.run('-top', ...ALL_NODES, ...args));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const ALL_NODES = ['-nodecount=100000', '-nodefraction=0', '-edgefraction=0'];

function rowsOf(text: string): TopRow[] {
  return text
    .split('\n')
    .map((line) =>
      /^ *(-?[\d.]+)\w* +-?[\d.]+% +-?[\d.]+% +(-?[\d.]+)\w* +-?[\d.]+% {2}(.*)$/.exec(line),
    )
    .filter((match) => match !== null)
    .map(([, flat, cum, name]) => ({ flat: Number(flat), cum: Number(cum), name: name ?? '' }));
}
