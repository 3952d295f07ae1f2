import { TextBytes } from './bytes';
import { csvCell } from './csv-cell';
import { displayName } from './functions';
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
  'self % at least',
  'self % at most',
  'total % at least',
  'total % at most',
];

/**
 * The functions as comma-separated values (RFC 4180), the largest total first. The
 * true shares lie between "at least" and "at most" in 95 % of cases.
 */
export function encodeCsv(
  profile: Profile,
  { value = 'samples', limit = Infinity }: ExportOptions = {},
): Uint8Array {
  const bytes = new TextBytes();
  bytes.add(`${heads.join(',')}\r\n`);
  for (const record of profile.topFunctions({ value, limit })) {
    const texts = [displayName(record), record.url].map(csvCell);
    const numbers = [
      record.line,
      record.column,
      record.selfHits,
      record.hits,
      ...[record.selfWallMillis, record.wallMillis, record.selfCpuMillis, record.cpuMillis].map(
        (millis) => millis.toFixed(3),
      ),
      ...[
        ...[record.selfShare, record.share],
        ...[record.selfShareInterval.low, record.selfShareInterval.high],
        ...[record.shareInterval.low, record.shareInterval.high],
      ].map((percent) => percent.toFixed(2)),
    ];
    bytes.add(`${[...texts, ...numbers].join(',')}\r\n`);
  }
  return bytes.finish();
}
