import { relative, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expectCount, expectOptions } from './arguments';
import type { Profile } from './profile/profile';
import {
  expectSort,
  rankFunctions,
  type ProfileRecord,
  type SortOrder,
} from './profile/top-functions';
import { expectThread, type ThreadChoice } from './threads/choose';
import { displayWidth, padEnd, padStart, printable, shortenMiddle } from './text';

/** What to show. */
export interface ShowOptions {
  /** At most so many functions; `Infinity` for all. Default 10. */
  limit?: number;
  /** By total (`'total'`, the default) or by self hits (`'self'`). */
  sort?: SortOrder;
  /** Only this thread, by id or name. Default: all together. */
  thread?: ThreadChoice;
}

/** Options of `show()`, checked. */
export interface CheckedShowOptions {
  readonly limit: number;
  readonly sort: SortOrder;
  readonly thread: ThreadChoice | undefined;
}

const names = ['limit', 'sort', 'thread'] as const;
const NAME_WIDTH = 36;
const PLACE_WIDTH = 40;

/** @throws TypeError, RangeError for an option that is unknown or out of bounds */
export function checkShowOptions(options: unknown): CheckedShowOptions {
  const { limit = 10, sort = 'total', thread } = expectOptions('the show options', options, names);
  return {
    limit: expectCount('limit', limit, { min: 0, max: Infinity }),
    sort: expectSort(sort),
    thread: expectThread('thread', thread),
  };
}

/**
 * An aligned table of the top functions, below a line that says what the
 * figures rest on. Percentages are of all samples at work.
 *
 * @param baseFolder file names below it are shown relative to it
 */
export function showProfile(
  profile: Profile,
  { limit, sort }: CheckedShowOptions,
  notes: readonly string[],
  baseFolder: string,
): string {
  const { records, totalRecords } = rankFunctions(profile, { limit, sort });
  const lines = [headLine(profile), ...notes.map((note) => `note: ${note}`)];
  if (records.length > 0) {
    lines.push('', ...tableLines(records, profile.sums.samples, baseFolder));
  }
  if (records.length < totalRecords) {
    lines.push(`… and ${count(totalRecords - records.length)} more functions`);
  }
  return lines.join('\n') + '\n';
}

/** The working directory, or '' where it was removed. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '';
  }
}

function headLine(profile: Profile): string {
  const { sums, realInterval, intervalMillis } = profile;
  const interval =
    intervalMillis === 0
      ? undefined
      : realInterval === null
      ? `asked for every ${millis(intervalMillis)}`
      : `every ${millis(realInterval.mean)} ± ${millis(realInterval.stdev)} ` +
        `(asked for ${millis(intervalMillis)})`;
  const parts = [`${count(sums.samples)} samples`];
  if (interval !== undefined) parts.push(interval, `in ${seconds(sums.durationMillis)}`);
  if (sums.durationMillis > 0) {
    const share = (part: number): string => percent(part, sums.threadMillis);
    parts.push(`idle ${share(sums.idleMillis)} %`, `GC ${share(sums.gcMillis)} %`);
  }
  if (profile.dropped > 0) parts.push(`${count(profile.dropped)} samples dropped`);
  return parts.join(', ');
}

function tableLines(
  records: readonly ProfileRecord[],
  samples: number,
  baseFolder: string,
): string[] {
  const rows = [
    ['function', 'file:line', 'hits', 'total %', 'self %'],
    ...records.map((record) => [
      shortenMiddle(printable(record.name), NAME_WIDTH),
      shortenMiddle(printable(place(record, baseFolder)), PLACE_WIDTH),
      count(record.hits),
      percent(record.hits, samples),
      percent(record.selfHits, samples),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? padEnd : padStart)(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function place({ url, line }: ProfileRecord, baseFolder: string): string {
  if (url === '') return '';
  const path = shortPath(url, baseFolder);
  return line > 0 ? `${path}:${String(line)}` : path;
}

function shortPath(url: string, baseFolder: string): string {
  let path = url;
  if (url.startsWith('file://')) {
    try {
      path = fileURLToPath(url);
    } catch {
      return url;
    }
  }
  if (!isAbsolute(path) || baseFolder === '') return path;
  const below = relative(baseFolder, path);
  return below.startsWith('..') || isAbsolute(below) ? path : below;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

function percent(part: number, whole: number): string {
  return whole > 0 ? ((part / whole) * 100).toFixed(1) : '0.0';
}

function millis(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(1)} s`;
}
