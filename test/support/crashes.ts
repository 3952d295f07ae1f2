import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where children write Node's diagnostic reports of fatal errors. */
export const reportDirectory = join(tmpdir(), `ox-profile-reports-${String(process.pid)}`);
mkdirSync(reportDirectory, { recursive: true });
process.once('exit', () => rmSync(reportDirectory, { recursive: true, force: true }));

const crashSignals: readonly (string | null)[] = [
  ...['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSYS', 'SIGTRAP'],
];

export interface EndOfProcess {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** When it was started, on the wall clock. */
  readonly startMillis: number;
  readonly cwd: string;
}

/**
 * The stack of a process that crashed: from its diagnostic report, else by gdb
 * from its core; '' where it did not crash or left neither. A core is deleted.
 */
export function stackOfCrash(ended: EndOfProcess): string {
  const report = stackOfReport(ended.pid);
  if (report !== '') return report;
  return crashSignals.includes(ended.signal) ? stackOfCore(ended) : '';
}

interface Report {
  readonly header: { readonly event: string };
  readonly javascriptStack?: { readonly stack?: readonly string[] };
  readonly nativeStack?: readonly { readonly symbol: string }[];
}

function stackOfReport(pid: number): string {
  // report.<date>.<time>.<pid>.<thread>.<number>.json
  const file = readdirSync(reportDirectory).find((name) => name.split('.')[3] === String(pid));
  if (file === undefined) return '';
  const path = join(reportDirectory, file);
  const { header, javascriptStack, nativeStack } = JSON.parse(readFileSync(path, 'utf8')) as Report;
  rmSync(path);
  return [
    header.event,
    ...(javascriptStack?.stack ?? []),
    ...(nativeStack ?? []).map(({ symbol }) => symbol),
  ].join('\n');
}

/** Needs Linux, cores that the kernel writes where the program ran (`ulimit -c
 * unlimited`, and a kernel.core_pattern that is a file name), and gdb. */
function stackOfCore({ pid, startMillis, cwd }: EndOfProcess): string {
  const core = [join(cwd, `core.${String(pid)}`), join(cwd, 'core')].find(
    (path) => existsSync(path) && statSync(path).mtimeMs >= startMillis,
  );
  if (core === undefined) return '';
  const { stdout } = spawnSync(
    'gdb',
    ['--batch', '--nx', '-ex', 'thread apply all backtrace', process.execPath, core],
    { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: '' }, timeout: 60_000 },
  );
  rmSync(core);
  return stdout;
}
