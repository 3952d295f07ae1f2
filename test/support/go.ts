import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

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

/** Skips the tests of a suite where there is no `go`: for `before()`. */
export function needsGo(this: Mocha.Context): void {
  found ??= { path: find() };
  if (found.path !== undefined) return;
  console.error('      skipped: no go here. Debian: apt-get install golang-go');
  this.skip();
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
      env: { ...process.env, PPROF_TMPDIR: this.#folder, GOFLAGS: '' },
    });
  }

  /** `-top` of what it fetches itself, while this thread goes on. */
  async fetchTop(url: string): Promise<TopRow[]> {
    const { stdout } = await promisify(execFile)(
      found?.path ?? 'go',
      ['tool', 'pprof', '-top', ...ALL_NODES, url],
      { env: { ...process.env, PPROF_TMPDIR: this.#folder, GOFLAGS: '' } },
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
