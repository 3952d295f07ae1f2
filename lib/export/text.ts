import type { Profile } from '../profile/profile';
import { displayWidth, padEnd, padStart, printable, shortenMiddle } from '../text';
import type { ExportOptions } from './options';
import { summaryOf, type SummaryTable } from './summary';

const CELL_WIDTH = 60;

/** A summary for a terminal: what the figures rest on, functions, threads. */
export function encodeText(profile: Profile, options: ExportOptions = {}): Uint8Array {
  const { title, facts, functions, threads } = summaryOf(profile, options);
  const names = Math.max(...facts.map(([name]) => name.length));
  const lines = [
    printable(title),
    '',
    ...facts.map(([name, fact]) => `${name.padEnd(names)}  ${fact}`),
    '',
    ...tableLines(functions),
    '',
    ...tableLines(threads),
  ];
  return new TextEncoder().encode(lines.join('\n') + '\n');
}

function tableLines({ heads, textColumns, rows, rest }: SummaryTable): string[] {
  const cells = [
    heads,
    ...rows.map((row) =>
      row.map((cell, column) =>
        column < textColumns ? shortenMiddle(printable(cell), CELL_WIDTH) : cell,
      ),
    ),
  ];
  const widths = heads.map((_, column) =>
    cells.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), 0),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column < textColumns ? padEnd : padStart)(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return rest === '' ? lines : [...lines, rest];
}
