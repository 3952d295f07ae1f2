import type { Source } from './source';
import { threadOf, type View } from './view';

/** What stands on the way from the first node to this one, in words that hold for
 * other views too. */
export function pathTo(source: Source, view: View, node: number): string[] {
  const path: string[] = [];
  for (let at = node; at > 0; at = view.parent[at] as number) path.unshift(keyOf(source, view, at));
  return path;
}

/** The node of a view at the end of a path, or as far as it leads. */
export function followPath(source: Source, view: View, path: readonly string[]): number {
  let node = 0;
  for (const key of path) {
    const child = childWith(source, view, node, key);
    if (child < 0) break;
    node = child;
  }
  return node;
}

function childWith(source: Source, view: View, node: number, key: string): number {
  const end = view.end[node] as number;
  for (let child = node + 1; child < end; child = view.end[child] as number) {
    if (keyOf(source, view, child) === key) return child;
  }
  return -1;
}

function keyOf(source: Source, view: View, node: number): string {
  const frame = view.frame[node] as number;
  const thread = threadOf(frame);
  if (thread !== undefined) return `thread ${source.threadName(thread)}`;
  return `${String(source.kind[frame])} ${source.name(frame)} ${source.place(frame)}`;
}
