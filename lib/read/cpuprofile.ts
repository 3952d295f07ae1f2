import type { Profile } from '../profile/profile';
import {
  expectArray,
  expectFinite,
  expectObject,
  expectString,
  expectWhole,
  shown,
  unreadable,
} from './expect';
import { MOST_LINE, TreeReader } from './tree';

const NONE = -1;
const NANOS_PER_MICRO = 1000;
/** V8's clock begins with the system; ours in 1970, so that it is far beyond. */
const EARLIEST_START_MICROS = 1e15;

/** Reads `Profiler.Profile` of the DevTools protocol, as V8, DevTools and we write it. */
export function readCpuprofile(file: Record<string, unknown>): Profile {
  const nodes = expectArray(file.nodes, 'nodes of a .cpuprofile').map((node, index) =>
    expectObject(node, () => nodeName(index)),
  );
  const indexes = indexById(nodes);
  const parent = parentsOf(nodes, indexes);
  const times = timesOf(file, indexes, nodes.length);
  const hits = hitsOf(nodes) ?? times.samples;
  const tree = new TreeReader();
  const placed = placeNodes(tree, nodes, parent, indexes, hits, times.durationNanos);
  nodes.forEach((node, index) => {
    const own = hits[index] as number;
    const at = placed[index] as number;
    tree.add(at, () => nodeName(index), own, times.nanos?.[index] ?? 0);
    addTicks(tree, node, index, at, own);
  });
  const start = typeof file.startTime === 'number' ? file.startTime : 0;
  return tree.finish({
    values: times.nanos === undefined ? ['samples'] : ['samples', 'wall'],
    startMillis: start >= EARLIEST_START_MICROS && start < 8.64e18 ? start / 1000 : 0,
  });
}

function nodeName(index: number): string {
  return `nodes[${String(index)}] of a .cpuprofile`;
}

function indexById(nodes: readonly Record<string, unknown>[]): Map<number, number> {
  const indexes = new Map<number, number>();
  nodes.forEach((node, index) => {
    const id = expectWhole(node.id, () => `the id of ${nodeName(index)}`);
    if (indexes.has(id)) throw unreadable('an id of its own', () => nodeName(index), String(id));
    indexes.set(id, index);
  });
  return indexes;
}

function indexOf(indexes: ReadonlyMap<number, number>, id: unknown, where: () => string): number {
  const index = typeof id === 'number' ? indexes.get(id) : undefined;
  if (index === undefined) throw unreadable('the id of a node', where, shown(id));
  return index;
}

/** One parent each, but for the root. Whether there are cycles shows later. */
function parentsOf(
  nodes: readonly Record<string, unknown>[],
  indexes: ReadonlyMap<number, number>,
): Int32Array {
  const parent = new Int32Array(nodes.length).fill(NONE);
  nodes.forEach((node, index) => {
    if (node.children === undefined) return;
    const where = (): string => `children of ${nodeName(index)}`;
    for (const id of expectArray(node.children, where)) {
      const child = indexOf(indexes, id, where);
      if (parent[child] !== NONE) {
        throw unreadable('one parent', () => nodeName(child), 'two');
      }
      parent[child] = index;
    }
  });
  const roots = parent.reduce((sum, each) => sum + (each === NONE ? 1 : 0), 0);
  if (roots !== 1) {
    throw unreadable(
      'one root',
      'nodes of a .cpuprofile',
      `${String(roots)} nodes without a parent`,
    );
  }
  return parent;
}

/** The counts that nodes have, or undefined where none has one. */
function hitsOf(nodes: readonly Record<string, unknown>[]): Float64Array | undefined {
  const hits = Float64Array.from(nodes, ({ hitCount }, index) =>
    hitCount === undefined ? 0 : expectWhole(hitCount, () => `hitCount of ${nodeName(index)}`),
  );
  return hits.some((count) => count > 0) ? hits : undefined;
}

interface Times {
  /** Samples of each node. */
  readonly samples: Float64Array;
  /** Their time, where it is known. */
  readonly nanos: Float64Array | undefined;
  readonly durationNanos: number;
}

/** A sample lasts until the next; the last one until the end. */
function timesOf(
  file: Record<string, unknown>,
  indexes: ReadonlyMap<number, number>,
  length: number,
): Times {
  const counts = new Float64Array(length);
  const list =
    file.samples === undefined ? [] : expectArray(file.samples, 'samples of a .cpuprofile');
  const nodes = Uint32Array.from(list, (id, index) =>
    indexOf(indexes, id, () => `samples[${String(index)}] of a .cpuprofile`),
  );
  for (const node of nodes) counts[node] = (counts[node] as number) + 1;
  if (file.timeDeltas === undefined || nodes.length === 0) {
    return { samples: counts, nanos: undefined, durationNanos: 0 };
  }
  const { micros, inOrder } = timestamps(file.timeDeltas, nodes.length);
  const order = Uint32Array.from(nodes, (_, index) => index);
  // V8 notes some samples late.
  if (!inOrder) order.sort((a, b) => (micros[a] as number) - (micros[b] as number) || a - b);
  const nanos = new Float64Array(length);
  const duration = durationOf(file);
  let sum = 0;
  order.forEach((sample, index) => {
    const next = order[index + 1];
    const end = next === undefined ? duration : (micros[next] as number);
    const lasted = Math.max(0, end - (micros[sample] as number)) * NANOS_PER_MICRO;
    const node = nodes[sample] as number;
    nanos[node] = (nanos[node] as number) + lasted;
    sum += lasted;
  });
  return { samples: counts, nanos, durationNanos: Math.min(sum, Number.MAX_SAFE_INTEGER) };
}

function durationOf({ startTime, endTime }: Record<string, unknown>): number {
  if (typeof startTime !== 'number' || typeof endTime !== 'number') return 0;
  return expectFinite(
    Math.max(0, endTime - startTime),
    'the time between startTime and endTime of a .cpuprofile',
  );
}

function timestamps(list: unknown, length: number): { micros: Float64Array; inOrder: boolean } {
  const deltas = expectArray(list, 'timeDeltas of a .cpuprofile');
  if (deltas.length < length) {
    const found = `${String(deltas.length)} for ${String(length)} samples`;
    throw unreadable('a number for each sample', 'timeDeltas of a .cpuprofile', found);
  }
  const most = Number.MAX_SAFE_INTEGER;
  let inOrder = true;
  let sum = 0;
  const micros = Float64Array.from({ length }, (_, index) => {
    const where = (): string => `timeDeltas[${String(index)}] of a .cpuprofile`;
    const delta = expectFinite(deltas[index], where, -most);
    inOrder &&= delta >= 0;
    sum = expectFinite(sum + delta, where, -most);
    return sum;
  });
  return { micros, inOrder };
}

/** Where each node stands in the tree; callers come first. */
function placeNodes(
  tree: TreeReader,
  nodes: readonly Record<string, unknown>[],
  parent: Int32Array,
  indexes: ReadonlyMap<number, number>,
  hits: Float64Array,
  durationNanos: number,
): Int32Array {
  const placed = new Int32Array(nodes.length).fill(NONE);
  const root = parent.indexOf(NONE);
  const childrenOf = (index: number): number[] =>
    ((nodes[index]?.children ?? []) as number[]).map((id) => indexes.get(id) as number);
  const threads = threadsOf(nodes, root, childrenOf(root), hits);
  if (threads === undefined) {
    placed[root] = tree.thread({ id: 0, name: 'main', durationNanos });
  } else {
    for (const { index, id, name } of threads) {
      placed[index] = tree.thread({ id, name, durationNanos: durationNanos / threads.length });
    }
    placed[root] = placed[threads[0]?.index ?? 0] as number;
  }
  const waiting = [root];
  let reached = 0;
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    reached++;
    if (placed[index] === NONE) {
      const frame = frameOf(tree, nodes[index]?.callFrame, index);
      placed[index] = tree.child(placed[parent[index] as number] as number, frame);
    }
    const children = childrenOf(index);
    for (let at = children.length - 1; at >= 0; at--) waiting.push(children[at] as number);
  }
  if (reached < nodes.length) {
    const found = `a cycle: ${String(nodes.length - reached)} nodes are not below the root`;
    throw unreadable('a tree', 'nodes of a .cpuprofile', found);
  }
  return placed;
}

/** The threads that we write as nodes below the root; undefined in other files. */
function threadsOf(
  nodes: readonly Record<string, unknown>[],
  root: number,
  children: readonly number[],
  hits: Float64Array,
): { index: number; id: number; name: string }[] | undefined {
  if (children.length < 2 || hits[root] !== 0) return undefined;
  const threads: { index: number; id: number; name: string }[] = [];
  for (const index of children) {
    const callFrame = nodes[index]?.callFrame as Record<string, unknown> | null | undefined;
    const name = callFrame?.functionName;
    if (typeof name !== 'string' || callFrame?.url !== '') return undefined;
    const match = /^\(thread (-?\d{1,15})\) (.*)$/s.exec(name);
    if (match === null) return undefined;
    threads.push({ index, id: Number(match[1]), name: match[2] ?? '' });
  }
  return threads;
}

function frameOf(tree: TreeReader, value: unknown, index: number): number {
  const where = (key: string) => () => `${key} of ${nodeName(index)}`;
  const callFrame = expectObject(value, where('callFrame'));
  const name = expectString(callFrame.functionName, where('functionName'));
  const url = expectString(callFrame.url ?? '', where('url'));
  // Counts from 0 in the file; -1 is unknown.
  const place = (key: 'lineNumber' | 'columnNumber'): number =>
    expectWhole(callFrame[key] ?? -1, where(key), -1, MOST_LINE - 1) + 1;
  return tree.frame(
    name === '' ? '(anonymous)' : name,
    url,
    place('lineNumber'),
    place('columnNumber'),
  );
}

function addTicks(
  tree: TreeReader,
  node: Record<string, unknown>,
  index: number,
  at: number,
  hits: number,
): void {
  if (node.positionTicks === undefined) return;
  const where = (): string => `positionTicks of ${nodeName(index)}`;
  let left = hits;
  for (const tick of expectArray(node.positionTicks, where)) {
    const { line, ticks } = expectObject(tick, where);
    const number = expectWhole(line, where, 0, MOST_LINE);
    // No more than the node has, whatever the file says.
    const count = Math.min(left, expectWhole(ticks, where));
    left -= count;
    if (number > 0) tree.addLine(at, number, count);
  }
}
