import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

const page = new URL('../docs/benchmarks.md', import.meta.url);
const marked = /(<!-- bench:begin -->\n)[^]*(<!-- bench:end -->)/;

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function format(value, unit = 'ms') {
  if (!Number.isFinite(value)) return '';
  const digits = unit === '%' || unit === 'points' || Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

/** The machine that measured, in a line; to be asked before anything runs. */
export function machine() {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return (
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown'}, ` +
    `${availableParallelism()} cores, ${gigabytes} GB, load average before the run ${loadavg()[0].toFixed(2)}.`
  );
}

/**
 * Ours and what it stands beside, in Markdown: medians, and how many times ours
 * the others' are.
 *
 * @param rows those of all measurements; of interest are those with `beside`:
 *   `question` and `by` are row and column. `figure` is said instead of the
 *   median, `text` instead of any figure, `note` behind it. There is no ratio of
 *   what is less than `resolution`.
 * @param columns the profilers, `{ id, title }`, ours first
 */
export function sideBySide(rows, columns) {
  const cells = rows.filter(({ beside }) => beside !== undefined);
  const shown = columns.filter(({ id }) => cells.some(({ beside }) => beside.by === id));
  const lines = [['', ...shown.map(({ title }) => title)]];
  for (const question of new Set(cells.map(({ beside }) => beside.question))) {
    const byId = new Map(
      cells
        .filter(({ beside }) => beside.question === question)
        .map((row) => [row.beside.by, row]),
    );
    const ours = byId.get(columns[0].id);
    lines.push([question, ...shown.map(({ id }) => cell(byId.get(id), ours))]);
  }
  return markdown(lines, (column) => column > 0);
}

function cell(row, ours) {
  if (row === undefined) return '';
  const { text, note } = row.beside;
  const ratio = row === ours ? undefined : ratioOf(row, ours);
  return [
    text ?? format(figureOf(row), row.unit),
    ...(ratio === undefined ? [] : [`, ${ratio < 10 ? ratio.toPrecision(2) : ratio.toFixed(0)}×`]),
    ...(note ? [` (${note})`] : []),
  ].join('');
}

function figureOf({ values, beside }) {
  return beside.figure ?? median(values);
}

function ratioOf(row, ours) {
  if (ours === undefined || row.values.length === 0 || ours.values.length === 0) return undefined;
  const [figure, base] = [figureOf(row), figureOf(ours)];
  const { resolution = 0 } = row.beside;
  return base > resolution && figure > resolution ? figure / base : undefined;
}

/**
 * All measurements, in Markdown.
 *
 * @param rows `{ name, what, values, unit, goal, interval }`; the worst value is
 *   the highest, and one without values is left out. `interval` is where the
 *   median lies when the values are drawn anew.
 */
export function table(rows) {
  const lines = [['', 'Measured', 'Least', 'Median', 'Worst', 'Values', '95 %', 'Goal']];
  let last;
  for (const { name, what, values, unit, goal = '', interval } of rows) {
    if (values.length === 0) continue;
    lines.push([
      name === last ? '' : `\`${name}\``,
      what,
      format(Math.min(...values), unit),
      format(median(values), unit),
      format(Math.max(...values), unit),
      String(values.length),
      interval === undefined ? '' : interval.map((edge) => format(edge, unit)).join(' – '),
      goal,
    ]);
    last = name;
  }
  // Few measurements have intervals.
  const shown = lines[0].map((_, column) => column !== 6 || lines.some((line, i) => i > 0 && line[6] !== ''));
  return markdown(
    lines.map((line) => line.filter((_, column) => shown[column])),
    (column) => column >= 2 && column <= 5,
  );
}

/** A Markdown table, padded, so that it reads well on a terminal too. */
function markdown(lines, isNumber) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) =>
    line.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))),
  );
  const rule = widths.map((width, i) =>
    isNumber(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(Math.max(width, 3)),
  );
  return [text[0], rule, ...text.slice(1)].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Says at once, and not after eight minutes, that there is no place to write to. */
export function expectMarkers() {
  if (!marked.test(readFileSync(page, 'utf8'))) {
    throw new Error('Expected docs/benchmarks.md to have lines bench:begin and bench:end');
  }
}

/** Replaces what stands between the markers of docs/benchmarks.md. */
export function write(report) {
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(marked, (_, begin, end) => `${begin}\n${report}\n\n${end}`),
  );
}
