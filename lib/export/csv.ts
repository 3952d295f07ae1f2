import { displayName, functionTable } from './functions';
import { TextBytes } from './bytes';
import type { ExportOptions } from './options';
import type { Profile } from '../profile/profile';

const heads = [
  'function',
  'url',
  'line',
  'column',
  'self samples',
  'total samples',
  'self wall ms',
  'total wall ms',
  'self cpu ms',
  'total cpu ms',
  'self %',
  'total %',
];

/** The functions as comma-separated values (RFC 4180), the largest total first. */
export function encodeCsv(
  profile: Profile,
  { value = 'samples', limit = Infinity }: ExportOptions = {},
): Uint8Array {
  const { rows } = functionTable(profile, value, limit);
  const bytes = new TextBytes();
  bytes.add(`${heads.join(',')}\r\n`);
  for (const { record, selfShare, totalShare } of rows) {
    const texts = [displayName(record), record.url].map(cell);
    const numbers = [
      record.line,
      record.column,
      record.selfHits,
      record.hits,
      ...[record.selfWallMillis, record.wallMillis, record.selfCpuMillis, record.cpuMillis].map(
        (millis) => millis.toFixed(3),
      ),
      (selfShare * 100).toFixed(2),
      (totalShare * 100).toFixed(2),
    ];
    bytes.add(`${[...texts, ...numbers].join(',')}\r\n`);
  }
  return bytes.finish();
}

/** Spreadsheets run what begins like a formula: an apostrophe makes it text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
