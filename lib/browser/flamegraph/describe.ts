import type { FlameValue } from '../../export/flame-data';
import { element } from './elements';
import { amount, bounds, percent, points, shortened } from './format';
import { labelOf } from './paint';
import type { Source } from './source';
import { isSignificant, type Share } from './statistics';
import { changeOf, countStacks, shareOf, type Side, type View } from './view';

const NAME_LENGTH = 300;
const LINES = 4;

/** What the tooltip says of a node. */
export function describe(
  source: Source,
  view: View,
  node: number,
  value: FlameValue,
  isInverted: boolean,
): HTMLElement[] {
  const frame = view.frame[node] as number;
  const parts = [element('p', shortened(labelOf(source, view, node), NAME_LENGTH), 'name')];
  if (frame >= 0) {
    const place = source.place(frame);
    if (place !== '') parts.push(element('p', shortened(place, NAME_LENGTH), 'place'));
    parts.push(element('p', belonging(source, view, node), 'place'));
  }
  parts.push(figures(view, node, value, isInverted));
  const changed = changeOf(view, node);
  if (changed !== undefined) parts.push(element('p', verdict(changed), 'verdict'));
  const lines = frame >= 0 ? (source.lines.get(frame) ?? []) : [];
  if (lines.length > 0) parts.push(element('p', linesText(lines), 'lines'));
  return parts;
}

/** The same in one line, for the foot of the page and for who hears it. */
export function summarize(source: Source, view: View, node: number, value: FlameValue): string {
  const frame = view.frame[node] as number;
  const side = view.sides[view.sides.length - 1] as Side;
  const share = shareOf(side, side.total[node] as number);
  const parts = [
    shortened(labelOf(source, view, node), 120),
    `${percent(share.share)} (${bounds(share)})`,
    `${amount(side.total[node] as number, value)}${value === 'samples' ? ' samples' : ` ${value}`}`,
  ];
  const changed = changeOf(view, node);
  if (changed !== undefined) parts.push(verdict(changed));
  if (frame >= 0 && source.place(frame) !== '') parts.push(shortened(source.place(frame), 120));
  return parts.join(' · ');
}

function belonging(source: Source, view: View, node: number): string {
  const owner = source.owner(view.frame[node] as number);
  if (source.data.threads.length < 2) return owner;
  const thread = view.thread[node] as number;
  return `${owner} · ${thread < 0 ? 'several threads' : source.threadName(thread)}`;
}

function figures(view: View, node: number, value: FlameValue, isInverted: boolean): HTMLElement {
  const frame = view.frame[node] as number;
  const everywhere = countStacks(view, (each) => view.frame[each] === frame);
  const rows: HTMLElement[] = [
    element('tr', [
      element('th', ''),
      element('th', value === 'samples' ? 'samples' : `${value} time`),
      element('th', 'share'),
      element('th', '95 % confidence'),
    ]),
  ];
  view.sides.forEach((side, index) => {
    const when = view.sides.length < 2 ? '' : index === 0 ? 'before: ' : 'after: ';
    const counts: [string, number][] = [['total', side.total[node] as number]];
    counts.push([isInverted ? 'stack ends here' : 'self', side.self[node] as number]);
    const sum = everywhere[index] as number;
    if (frame >= 0 && sum !== side.total[node]) counts.push(['in all stacks', sum]);
    for (const [label, count] of counts) {
      const share = shareOf(side, count);
      rows.push(
        element('tr', [
          element('th', when + label),
          element('td', amount(count, value)),
          element('td', percent(share.share)),
          element('td', bounds(share)),
        ]),
      );
    }
  });
  return element('table', rows);
}

function verdict(changed: Share): string {
  const figure = `${points(changed.share)} points (${points(changed.low)} to ${points(changed.high)})`;
  if (!isSignificant(changed)) return `${figure}: within chance`;
  return `${figure}: ${changed.share > 0 ? 'slower' : 'faster'}`;
}

function linesText(lines: readonly { line: number; hits: number }[]): string {
  const all = lines.reduce((sum, { hits }) => sum + hits, 0);
  const texts = lines
    .slice(0, LINES)
    .map(({ line, hits }) => `line ${line}: ${amount(hits, 'samples')} (${percent(hits / all)})`);
  if (lines.length > LINES) texts.push(`${lines.length - LINES} more`);
  return `Hottest lines · ${texts.join(' · ')}`;
}
