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

function format(value, unit) {
  if (!Number.isFinite(value)) return '';
  const digits = unit === '%' || Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
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
 * A Markdown table, padded, so that it reads well on a terminal too.
 *
 * @param rows `{ name, what, values, unit, goal }`; the worst value is the
 *   highest
 */
export function table(rows) {
  const lines = [['', 'Measured', 'Least', 'Median', 'Worst', 'Values', 'Goal']];
  let last;
  for (const { name, what, values, unit = 'ms', goal = '' } of rows) {
    lines.push([
      name === last ? '' : `\`${name}\``,
      what,
      format(Math.min(...values), unit),
      format(median(values), unit),
      format(Math.max(...values), unit),
      String(values.length),
      goal,
    ]);
    last = name;
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isNumber = (column) => column >= 2 && column <= 5;
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
