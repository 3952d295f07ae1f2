import type { Profile } from '../profile/profile';
import { printable, shortenMiddle } from '../text';
import type { ExportOptions } from './options';
import { summaryOf, type SummaryTable } from './summary';

const CELL_WIDTH = 160;

/** A summary for a pull request or an assistant: GitHub's Markdown. */
export function encodeMarkdown(profile: Profile, options: ExportOptions = {}): Uint8Array {
  const { title, facts, functions, threads } = summaryOf(profile, options);
  const lines = [
    `# ${heading(title)}`,
    '',
    ...facts.map(([name, fact]) => `- ${name}: ${fact}`),
    '',
    '## Functions',
    '',
    ...tableLines(functions),
    '',
    '## Threads',
    '',
    ...tableLines(threads),
  ];
  return new TextEncoder().encode(lines.join('\n') + '\n');
}

function tableLines({ heads, textColumns, rows, rest }: SummaryTable): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    line(heads),
    line(heads.map((_, column) => (column < textColumns ? '---' : '---:'))),
    ...rows.map((row) =>
      line(row.map((cell, column) => (column < textColumns ? code(cell) : cell))),
    ),
  ];
  return rest === '' ? lines : [...lines, '', rest];
}

/**
 * A code span: in it HTML, links, mentions and marks are but text. Only its
 * fence, and `|` inside of a table, mean something.
 */
function code(text: string): string {
  const shown = shortenMiddle(printable(text), CELL_WIDTH);
  if (shown.trim() === '') return '';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${shown.replaceAll('|', '\\|')}${space}${fence}`;
}

/** Plain text: each mark is escaped. */
function heading(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~:@]/g, (mark) => `\\${mark}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
