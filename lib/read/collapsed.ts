import type { Profile } from '../profile/profile';
import { shown, unreadable } from './expect';
import { MOST_LINE, TreeReader } from './tree';

const NEW_LINE = 10;

/**
 * Reads folded stacks: `a;b;c 12` on each line, root first. A frame may have its
 * place behind it, as we write it: `name (url:line)`.
 */
export function readCollapsed(bytes: Uint8Array): Profile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tree = new TreeReader();
  const root = tree.thread({ id: 0, name: 'main', durationNanos: 0 });
  const frames = new Map<string, number>();
  let number = 0;
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(NEW_LINE, start);
    const end = found < 0 ? bytes.length : found;
    const line = buffer.toString('utf8', start, end).trim();
    start = end + 1;
    number++;
    if (line !== '') readLine(tree, root, frames, line, number);
  }
  return tree.finish({ values: ['samples'] });
}

function readLine(
  tree: TreeReader,
  root: number,
  frames: Map<string, number>,
  line: string,
  number: number,
): void {
  const where = (): string => `line ${String(number)} of folded stacks`;
  const space = line.lastIndexOf(' ');
  const count = line.slice(space + 1);
  if (space < 0 || !/^\d+(\.\d*)?$/.test(count)) {
    throw unreadable('frames with ; between them, a space and a count from 0', where, shown(line));
  }
  let node = root;
  for (const text of line.slice(0, space).split(';')) {
    let frame = frames.get(text);
    if (frame === undefined) {
      frame = frameOf(tree, text);
      frames.set(text, frame);
    }
    node = tree.child(node, frame);
  }
  tree.add(node, where, Number(count));
}

function frameOf(tree: TreeReader, text: string): number {
  const open = placeOf(text);
  if (open < 0) return tree.frame(text, '');
  const name = text.slice(0, open);
  const place = text.slice(open + 2, -1);
  const line = /:(\d{1,10})$/.exec(place);
  if (line === null || Number(line[1]) > MOST_LINE) return tree.frame(name, place);
  return tree.frame(name, place.slice(0, line.index), Number(line[1]));
}

/** Where ` (url:line)` begins, or -1: `foo (inlined)` is a name. Both names and
 * folders may have brackets, but a place begins with `/` or with a scheme. */
function placeOf(text: string): number {
  if (!text.endsWith(')')) return -1;
  const scheme = / \((?:[/\\]|[a-z][a-z0-9+.-]*:[^:])/gi;
  for (let match = scheme.exec(text); match !== null; match = scheme.exec(text)) {
    if (match.index > 0) return match.index;
  }
  const last = text.lastIndexOf(' (');
  return last > 0 && /:\d{1,10}\)$/.test(text) ? last : -1;
}
