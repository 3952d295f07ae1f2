import { FrameKind } from '../profile/frames';
import { isNodeInternal, npmPackageOf } from '../profile/packages';
import type { Profile } from '../profile/profile';
import { valueTypes } from '../profile/values';
import { printable } from '../text';
import type { FlameCounts, FlameData, FlameValue, ThinKind } from './flame-data';

const THIN: ThinKind = 100;
const NANOS_PER_MICRO = 1000;
/** From so many nodes on, thin ones are left out: a page has to open quickly. */
const MANY_NODES = 50_000;
/** Of all samples, or time. On a screen it would be a fifth of a pixel. */
const THIN_SHARE = 0.0001;

type Self = Record<FlameValue, Float64Array>;

/** One tree, with the counts of one profile, or of two. */
interface Tree {
  readonly parent: Int32Array;
  readonly frame: Uint32Array;
  readonly sides: readonly Self[];
}

/** All of a page's data that is not in its head. */
export type FlameColumns = Omit<FlameData, 'title' | 'facts' | 'notes'>;

/** The columns of one profile, or of two: before, and after. */
export function flameColumns(profiles: readonly Profile[]): FlameColumns {
  const frames = new FrameTable();
  const merged = merge(profiles, frames);
  const { tree, thinNodes } = withoutThin(merged.tree, frames);
  return {
    values: valueTypes
      .map(({ name }) => name)
      .filter((name) => profiles.every((profile) => has(profile, name))),
    threads: merged.threads.map(shown),
    ...frames.columns(),
    nodes: {
      up: Array.from(tree.parent, (parent, node) => (parent < 0 ? 0 : node - parent)),
      frame: Array.from(tree.frame),
    },
    sides: tree.sides.map(countsOf),
    lines: linesOf(profiles, frames),
    thinNodes,
  };
}

/** `text` without what a page could not show, or would show elsewhere. */
export function shown(text: string): string {
  // A half of a surrogate pair cannot be written as UTF-8.
  return printable(text).replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  );
}

/** A value that was not measured is no choice on the page. */
function has(profile: Profile, name: FlameValue): boolean {
  if (!profile.valueTypes.some((type) => type.name === name)) return false;
  if (name === 'samples') return true;
  const column = name === 'wall' ? profile.wallNanos : profile.cpuNanos;
  return profile.threads.some(({ firstNode }) => (column[firstNode] as number) > 0);
}

/** Frames of all profiles, each once, in the order in which they are met. */
class FrameTable {
  readonly #strings = new Index();
  readonly #packages = new Index();
  readonly #frames = new Index();
  readonly #name: number[] = [];
  readonly #url: number[] = [];
  readonly #line: number[] = [];
  readonly #column: number[] = [];
  readonly #kind: number[] = [];
  readonly #pack: number[] = [];

  get length(): number {
    return this.#name.length;
  }

  add(name: string, url: string, line: number, column: number, kind: number): number {
    const nameId = this.#strings.of(shown(name));
    const urlId = this.#strings.of(shown(url));
    const found = this.#frames.of([kind, nameId, urlId, line, column].join(' '));
    if (found < this.length) return found;
    this.#name.push(nameId);
    this.#url.push(urlId);
    this.#line.push(line);
    this.#column.push(column);
    this.#kind.push(kind);
    const pack = kind === FrameKind.function ? packOf(url) : undefined;
    this.#pack.push(pack === undefined ? -1 : this.#packages.of(shown(pack)));
    return found;
  }

  /** The numbers here of the frames of a profile. */
  of({ frames }: Profile): Uint32Array {
    return Uint32Array.from({ length: frames.length }, (_, index) => {
      const { name, url, line, column } = frames.at(index);
      return this.add(name, url, line, column, frames.kind(index));
    });
  }

  columns(): Pick<FlameData, 'strings' | 'packages' | 'frames'> {
    return {
      strings: this.#strings.keys(),
      packages: this.#packages.keys(),
      frames: {
        name: this.#name,
        url: this.#url,
        line: this.#line,
        column: this.#column,
        kind: this.#kind,
        pack: this.#pack,
      },
    };
  }
}

/** Numbers for strings, from 0. */
class Index {
  readonly #ids = new Map<string, number>();

  of(key: string): number {
    const found = this.#ids.get(key);
    if (found !== undefined) return found;
    this.#ids.set(key, this.#ids.size);
    return this.#ids.size - 1;
  }

  keys(): string[] {
    return [...this.#ids.keys()];
  }
}

/**
 * The npm package of a file, as the page has it: `node` is Node.js itself, `''` the
 * program; what V8 brings has no file and no package.
 */
function packOf(url: string): string | undefined {
  if (url === '') return undefined;
  return isNodeInternal(url) ? 'node' : (npmPackageOf(url) ?? '');
}

/** The trees of all profiles in one: nodes of the same stack are one node. */
function merge(
  profiles: readonly Profile[],
  table: FrameTable,
): { tree: Tree; threads: string[] } {
  const framesOf = profiles.map((profile) => table.of(profile));
  const [first] = profiles;
  const [firstFrames] = framesOf;
  if (first !== undefined && firstFrames !== undefined && profiles.length === 1) {
    return {
      threads: first.threads.map(({ name }) => name),
      tree: {
        parent: first.parent,
        frame: first.frame.map((frame) => firstFrames[frame] as number),
        sides: [selfOf(first)],
      },
    };
  }
  return mergeSeveral(profiles, framesOf, table.length);
}

function mergeSeveral(
  profiles: readonly Profile[],
  framesOf: readonly Uint32Array[],
  frameCount: number,
): { tree: Tree; threads: string[] } {
  const threads = new Index();
  const parent: number[] = [];
  const frame: number[] = [];
  const nodes = new Map<number, number>();
  // Roots have numbers of their own: one for each thread, by its name.
  const nodeOf = (above: number, frameOrThread: number, itsFrame: number): number => {
    const key = (above + 1) * (frameCount + 1_000_000) + frameOrThread;
    const found = nodes.get(key);
    if (found !== undefined) return found;
    nodes.set(key, parent.length);
    parent.push(above);
    frame.push(itsFrame);
    return parent.length - 1;
  };
  const places = profiles.map((profile, side) => {
    const names = threadKeys(profile).map((key) => threads.of(key));
    const place = new Uint32Array(profile.length);
    for (let node = 0; node < profile.length; node++) {
      const itsFrame = framesOf[side]?.[profile.frame[node] as number] as number;
      const above = profile.parent[node] as number;
      place[node] =
        above < 0
          ? nodeOf(-1, names[profile.thread[node] as number] as number, itsFrame)
          : nodeOf(place[above] as number, itsFrame, itsFrame);
    }
    return place;
  });
  const sides = profiles.map((profile, side) => spread(selfOf(profile), places[side], parent.length));
  // Threads stand in the order of their roots: both are noted when first met.
  return {
    tree: depthFirst({ parent: Int32Array.from(parent), frame: Uint32Array.from(frame), sides }),
    threads: threads.keys().map((key) => key.slice(key.indexOf(' ') + 1)),
  };
}

/** A thread's name, behind how many before it have the same: workers of a pool
 * are matched in the order in which they stand. */
function threadKeys({ threads }: Profile): string[] {
  const seen = new Map<string, number>();
  return threads.map(({ name }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return `${String(count)} ${name}`;
  });
}

function selfOf(profile: Profile): Self {
  const micros = (column: Float64Array): Float64Array =>
    column.map((nanos) => Math.round(nanos / NANOS_PER_MICRO));
  return {
    samples: profile.selfHits,
    wall: micros(profile.selfWallNanos),
    cpu: micros(profile.selfCpuNanos),
  };
}

function mapSelf(self: Self, change: (column: Float64Array) => Float64Array): Self {
  return { samples: change(self.samples), wall: change(self.wall), cpu: change(self.cpu) };
}

function spread(self: Self, place: Uint32Array | undefined, length: number): Self {
  return mapSelf(self, (column) => {
    const sum = new Float64Array(length);
    place?.forEach((to, from) => {
      sum[to] = (sum[to] as number) + (column[from] as number);
    });
    return sum;
  });
}

/** The same tree with each node's children right behind it, in their order. */
function depthFirst(tree: Tree): Tree {
  const { length } = tree.parent;
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  let firstRoot = -1;
  for (let node = length - 1; node >= 0; node--) {
    const parent = tree.parent[node] as number;
    if (parent < 0) {
      nextSibling[node] = firstRoot;
      firstRoot = node;
    } else {
      nextSibling[node] = firstChild[parent] as number;
      firstChild[parent] = node;
    }
  }
  const order: number[] = [];
  const stack = [firstRoot];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node < 0) continue;
    order.push(node);
    stack.push(nextSibling[node] as number, firstChild[node] as number);
  }
  return pick(tree, Uint32Array.from(order));
}

/** The nodes of `order`, in that order; the parents of all are among them. */
function pick(tree: Tree, order: Uint32Array): Tree {
  const place = new Int32Array(tree.parent.length).fill(-1);
  order.forEach((node, index) => {
    place[node] = index;
  });
  return {
    parent: Int32Array.from(order, (node) => {
      const parent = tree.parent[node] as number;
      return parent < 0 ? -1 : (place[parent] as number);
    }),
    frame: order.map((node) => tree.frame[node] as number),
    sides: tree.sides.map((self) =>
      mapSelf(self, (column) => Float64Array.from(order, (node) => column[node] as number)),
    ),
  };
}

/**
 * Of a tree of very many nodes, those that could be seen. The rest stays as one
 * node below each that lost some, so that all sums are what they were.
 */
function withoutThin(tree: Tree, frames: FrameTable): { tree: Tree; thinNodes: number } {
  const { length } = tree.parent;
  if (length <= MANY_NODES) return { tree, thinNodes: 0 };
  const width = largestShare(tree);
  const thinFrame = frames.add('(too thin to be shown)', '', 0, 0, THIN);
  const { parent, sides } = tree;
  const frame = tree.frame.slice();
  const selves = sides.map((self) => mapSelf(self, (column) => column.slice()));
  // A thin node becomes its parent's node for all of them, or is added to it.
  const thinOf = new Int32Array(length).fill(-1);
  const into = Int32Array.from({ length }, (_, node) => node);
  const kept: number[] = [];
  for (let node = 0; node < length; node++) {
    const above = parent[node] as number;
    if (above < 0 || (width[node] as number) >= THIN_SHARE) {
      kept.push(node);
    } else if (into[above] !== above || frame[above] === thinFrame) {
      into[node] = into[above] as number;
    } else if (thinOf[above] === -1) {
      thinOf[above] = node;
      frame[node] = thinFrame;
      kept.push(node);
    } else {
      into[node] = thinOf[above] as number;
    }
    const to = into[node] as number;
    if (to !== node) addTo(selves, to, node);
  }
  let thinNodes = length - kept.length;
  for (const node of thinOf) if (node >= 0) thinNodes++;
  const whole = { parent, frame, sides: selves };
  // What joined the first thin child may have stood behind other children.
  return { tree: pick(whole, Uint32Array.from(kept)), thinNodes };
}

function addTo(sides: readonly Self[], to: number, from: number): void {
  for (const { samples, wall, cpu } of sides) {
    for (const column of [samples, wall, cpu]) {
      column[to] = (column[to] as number) + (column[from] as number);
    }
  }
}

/** Of each node, its largest share of all in any value of any side. */
function largestShare({ parent, sides }: Tree): Float64Array {
  const width = new Float64Array(parent.length);
  for (const { samples, wall, cpu } of sides) {
    for (const column of [samples, wall, cpu]) {
      const total = column.slice();
      let all = 0;
      for (let node = total.length - 1; node >= 0; node--) {
        const above = parent[node] as number;
        if (above < 0) all += total[node] as number;
        else total[above] = (total[above] as number) + (total[node] as number);
      }
      if (all === 0) continue;
      for (let node = 0; node < total.length; node++) {
        width[node] = Math.max(width[node] as number, (total[node] as number) / all);
      }
    }
  }
  return width;
}

function countsOf({ samples, wall, cpu }: Self): FlameCounts {
  return { samples: Array.from(samples), wall: Array.from(wall), cpu: Array.from(cpu) };
}

/** Of two profiles, the lines of the last: sources are what they are now. */
function linesOf(profiles: readonly Profile[], table: FrameTable): FlameData['lines'] {
  const profile = profiles[profiles.length - 1];
  const found = { frame: [] as number[], line: [] as number[], hits: [] as number[] };
  if (profile === undefined) return found;
  const frames = table.of(profile);
  const sums = new Map<number, Map<number, number>>();
  profile.lineNode.forEach((node, index) => {
    const frame = frames[profile.frame[node] as number] as number;
    const line = profile.lineNumber[index] as number;
    const lines = sums.get(frame) ?? new Map<number, number>();
    lines.set(line, (lines.get(line) ?? 0) + (profile.lineHits[index] as number));
    sums.set(frame, lines);
  });
  for (const frame of [...sums.keys()].sort((a, b) => a - b)) {
    const lines = [...(sums.get(frame) ?? [])].sort(([a], [b]) => a - b);
    for (const [line, hits] of lines) {
      found.frame.push(frame);
      found.line.push(line);
      found.hits.push(hits);
    }
  }
  return found;
}
