import type { FlameValue } from '../../export/flame-data';
import { Kind, type Source } from './source';
import { change, wilson, type Share } from './statistics';
import { Tree } from './tree';

/** What is asked for: each view is computed anew from the source. */
export interface Settings {
  readonly value: FlameValue;
  /** One thread, all side by side, or all in one. */
  readonly thread: number | 'apart' | 'merged';
  readonly inverted: boolean;
  readonly hidesInternals: boolean;
  readonly showsIdle: boolean;
}

export const ALL = -1;
const FIRST_THREAD = -2;
/** The thread of a node that several threads share. */
export const SEVERAL = -1;

/** Counts of the nodes, of one profile. */
export interface Side {
  readonly self: Float64Array;
  readonly total: Float64Array;
  /** Samples, whatever the value is: intervals rest on them. */
  readonly samples: number;
}

/**
 * The tree as it is drawn: depth first, the wider children first. A node's
 * subtree ends before `end`; `x` and `width` are parts of 1.
 */
export interface View {
  readonly length: number;
  readonly parent: Int32Array;
  /** A frame of the source; `ALL` for the first node; or `threadOf()` is one. */
  readonly frame: Int32Array;
  readonly thread: Int32Array;
  readonly depth: Int32Array;
  readonly end: Int32Array;
  readonly x: Float64Array;
  readonly width: Float64Array;
  readonly maxDepth: number;
  readonly sides: readonly Side[];
}

/** The thread that a node stands for, or undefined. */
export function threadOf(frame: number): number | undefined {
  return frame <= FIRST_THREAD ? FIRST_THREAD - frame : undefined;
}

export function buildView(source: Source, settings: Settings): View {
  const tree = new Tree();
  const threads: number[] = [SEVERAL];
  const place = settings.inverted
    ? placeInverted(source, settings, tree, threads)
    : placeNodes(source, settings, tree, threads);
  const sides = source.self.map((columns) => {
    const self = new Float64Array(tree.length);
    let samples = 0;
    place.forEach((to, node) => {
      if (to < 0) return;
      self[to] = (self[to] as number) + (columns[settings.value][node] as number);
      samples += columns.samples[node] as number;
    });
    return { self, total: totals(tree, self), samples };
  });
  return layOut(tree, threads, sides);
}

function isLeftOut(source: Source, settings: Settings, node: number): boolean {
  const { thread } = settings;
  if (typeof thread === 'number' && source.thread[node] !== thread) return true;
  const kind = source.kind[source.frame[node] as number];
  return !settings.showsIdle && (kind === Kind.idle || kind === Kind.profiler);
}

/** Where stacks of a thread begin. */
function topOf(source: Source, { thread }: Settings, tree: Tree, index: number): number {
  const apart = thread === 'apart' && source.data.threads.length > 1;
  return apart ? tree.child(0, FIRST_THREAD - index) : 0;
}

function noteThread(threads: number[], node: number, thread: number): void {
  if (node === 0) return;
  const noted = threads[node];
  threads[node] = noted === undefined || noted === thread ? thread : SEVERAL;
}

/** For each node of the source the node its counts go to, or -1. */
function placeNodes(
  source: Source,
  settings: Settings,
  tree: Tree,
  threads: number[],
): Int32Array {
  const place = new Int32Array(source.parent.length).fill(-1);
  for (let node = 0; node < place.length; node++) {
    if (isLeftOut(source, settings, node)) continue;
    const parent = source.parent[node] as number;
    const frame = source.frame[node] as number;
    const thread = source.thread[node] as number;
    if (parent < 0) place[node] = topOf(source, settings, tree, thread);
    else if (settings.hidesInternals && source.isInternal[frame] === 1) {
      place[node] = place[parent] as number;
    } else place[node] = tree.child(place[parent] as number, frame);
    noteThread(threads, place[node] as number, thread);
  }
  return place;
}

/** Likewise, with the stacks turned: each begins with its leaf. */
function placeInverted(
  source: Source,
  settings: Settings,
  tree: Tree,
  threads: number[],
): Int32Array {
  const place = new Int32Array(source.parent.length).fill(-1);
  const counts = (node: number): boolean =>
    source.self.some(
      ({ samples, wall, cpu }) => samples[node] !== 0 || wall[node] !== 0 || cpu[node] !== 0,
    );
  for (let node = 0; node < place.length; node++) {
    if (!counts(node) || isLeftOut(source, settings, node)) continue;
    const thread = source.thread[node] as number;
    let to = topOf(source, settings, tree, thread);
    noteThread(threads, to, thread);
    for (let at = node; (source.parent[at] as number) >= 0; at = source.parent[at] as number) {
      const frame = source.frame[at] as number;
      if (settings.hidesInternals && source.isInternal[frame] === 1) continue;
      to = tree.child(to, frame);
      noteThread(threads, to, thread);
    }
    place[node] = to;
  }
  return place;
}

/** Children have larger numbers than their parents. */
function totals(tree: Tree, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = total.length - 1; node > 0; node--) {
    const parent = tree.parent[node] as number;
    total[parent] = (total[parent] as number) + (total[node] as number);
  }
  return total;
}

/** Of two profiles the mean of both shares: what is gone has a width too. */
function widths(sides: readonly Side[], length: number): Float64Array {
  const width = new Float64Array(length);
  const counted = sides.filter(({ total }) => (total[0] as number) > 0);
  for (const { total } of counted) {
    const unit = (total[0] as number) * counted.length;
    for (let node = 0; node < length; node++) {
      width[node] = (width[node] as number) + (total[node] as number) / unit;
    }
  }
  return width;
}

function layOut(tree: Tree, threads: readonly number[], sides: readonly Side[]): View {
  const width = widths(sides, tree.length);
  const order = drawingOrder(tree, width);
  const place = new Int32Array(tree.length).fill(-1);
  order.forEach((node, index) => {
    place[node] = index;
  });
  const { length } = order;
  const parent = Int32Array.from(order, (node) => (node === 0 ? -1 : placed(place, tree, node)));
  const depth = new Int32Array(length);
  const x = new Float64Array(length);
  const nextX = new Float64Array(length);
  const end = Int32Array.from(order, (_, index) => index + 1);
  let maxDepth = 0;
  for (let node = 1; node < length; node++) {
    const above = parent[node] as number;
    depth[node] = (depth[above] as number) + 1;
    maxDepth = Math.max(maxDepth, depth[node] as number);
    x[node] = (x[above] as number) + (nextX[above] as number);
    nextX[above] = (nextX[above] as number) + (width[order[node] as number] as number);
  }
  for (let node = length - 1; node > 0; node--) {
    const above = parent[node] as number;
    end[above] = Math.max(end[above] as number, end[node] as number);
  }
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(order, (node) => column[node] as number);
  return {
    length,
    parent,
    frame: Int32Array.from(order, (node) => tree.frame[node] as number),
    thread: Int32Array.from(order, (node) => threads[node] ?? SEVERAL),
    depth,
    end,
    x,
    width: pick(width),
    maxDepth,
    sides: sides.map(({ self, total, samples }) => ({
      self: pick(self),
      total: pick(total),
      samples,
    })),
  };
}

function placed(place: Int32Array, tree: Tree, node: number): number {
  return place[tree.parent[node] as number] as number;
}

/** Nodes that have a width, depth first, the wider of two siblings first. */
function drawingOrder(tree: Tree, width: Float64Array): Int32Array {
  const children = new Map<number, number[]>();
  for (let node = 1; node < tree.length; node++) {
    if (!((width[node] as number) > 0)) continue;
    const parent = tree.parent[node] as number;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  const order: number[] = [];
  const stack = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    order.push(node);
    const below = children.get(node);
    if (below === undefined) continue;
    // The last is taken first.
    below.sort((a, b) => (width[a] as number) - (width[b] as number) || b - a);
    for (const child of below) stack.push(child);
  }
  return Int32Array.from(order);
}

/** Of one side, what part of all a count is. */
export function shareOf({ total, samples }: Side, count: number): Share {
  const all = total[0] as number;
  return wilson(all > 0 ? Math.min(1, count / all) : 0, samples);
}

/** What became of a node between two profiles. */
export function changeOf(view: View, node: number): Share | undefined {
  const [before, after] = view.sides;
  if (before === undefined || after === undefined) return undefined;
  return change(
    shareOf(before, before.total[node] as number),
    shareOf(after, after.total[node] as number),
  );
}

/** Of each side, what was counted in stacks that have one of the frames: once
 * each, however often it is in them. */
export function countStacks(view: View, isOne: (node: number) => boolean): number[] {
  const sums = view.sides.map(() => 0);
  let node = 0;
  while (node < view.length) {
    if (!isOne(node)) {
      node++;
      continue;
    }
    view.sides.forEach(({ total }, side) => {
      sums[side] = (sums[side] as number) + (total[node] as number);
    });
    node = view.end[node] as number;
  }
  return sums;
}
