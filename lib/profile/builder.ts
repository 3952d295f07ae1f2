import { FrameKind, Frames, type Frame } from './frames';
import { Growing } from './growing';
import { Profile, type ProfileData, type ProfileThread } from './profile';

/** A thread, but for where its nodes will stand. */
export type ThreadDescription = Omit<ProfileThread, 'firstNode'>;

/** All of a profile that is not in its tree. */
export type ProfileDescription = Pick<
  ProfileData,
  'startMillis' | 'intervalMillis' | 'realInterval' | 'dropped' | 'valueTypes' | 'inverted'
>;

/** A finished tree without its counts. */
export interface Tree extends Pick<ProfileData, 'frames' | 'threads' | 'parent' | 'frame'> {
  /** The builder's nodes, in the order in which they stand now. */
  readonly order: Uint32Array;
  /** Where each of the builder's nodes stands now; 2³² − 1 for those left out. */
  readonly place: Uint32Array;
}

const NONE = 0xffff_ffff;

/** Open addressing over pairs of numbers, each pair with a number of its own. */
class PairIndex {
  #slots = new Uint32Array(1024).fill(NONE);
  #first: (id: number) => number;
  #second: (id: number) => number;
  #count = 0;

  constructor(first: (id: number) => number, second: (id: number) => number) {
    this.#first = first;
    this.#second = second;
  }

  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    // MurmurHash3's finalizer, by A. Appleby, over both.
    let hash = Math.imul(first, 0x9e37_79b1) ^ second;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id === NONE || (this.#first(id) === first && this.#second(id) === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** The number of a pair, or undefined. */
  find(first: number, second: number): number | undefined {
    const id = this.#slots[this.#slotOf(first, second)] as number;
    return id === NONE ? undefined : id;
  }

  /** Notes a pair that has a number since now, and had none. */
  add(id: number): void {
    if (++this.#count * 2 > this.#slots.length) {
      const old = this.#slots;
      this.#slots = new Uint32Array(old.length * 4).fill(NONE);
      for (const each of old) if (each !== NONE) this.#put(each);
    }
    this.#put(id);
  }

  #put(id: number): void {
    this.#slots[this.#slotOf(this.#first(id), this.#second(id))] = id;
  }
}

/**
 * Builds a profile: frames, threads and nodes are added in any order, each named
 * by a number from then on; what is there already is found again. Counts add up.
 */
export class ProfileBuilder {
  #strings: string[] = [];
  #stringIds = new Map<string, number>();

  readonly #frameName = new Growing(new Uint32Array(256));
  readonly #frameUrl = new Growing(new Uint32Array(256));
  readonly #frameLine = new Growing(new Uint32Array(256));
  readonly #frameColumn = new Growing(new Uint32Array(256));
  readonly #frameKind = new Growing(new Uint8Array(256));
  /** By kind, name, place: frames are far fewer than nodes. */
  #frameIds = new Map<string, number>();

  readonly #threads: ThreadDescription[] = [];
  readonly #roots: number[] = [];

  readonly #parent = new Growing(new Int32Array(1024));
  readonly #frame = new Growing(new Uint32Array(1024));
  readonly #hits = new Growing(new Float64Array(1024));
  readonly #wall = new Growing(new Float64Array(1024));
  readonly #cpu = new Growing(new Float64Array(1024));
  readonly #children = new PairIndex(
    (node) => this.#parent.get(node),
    (node) => this.#frame.get(node),
  );

  readonly #lineNode = new Growing(new Uint32Array(256));
  readonly #lineNumber = new Growing(new Uint32Array(256));
  readonly #lineHits = new Growing(new Float64Array(256));
  readonly #lines = new PairIndex(
    (line) => this.#lineNode.get(line),
    (line) => this.#lineNumber.get(line),
  );

  /** Number of nodes so far. */
  get length(): number {
    return this.#parent.length;
  }

  #string(text: string): number {
    let id = this.#stringIds.get(text);
    if (id === undefined) {
      id = this.#strings.length;
      this.#strings.push(text);
      this.#stringIds.set(text, id);
    }
    return id;
  }

  frame({ name, url, line, column }: Frame, kind: FrameKind = FrameKind.function): number {
    const nameId = this.#string(name);
    const urlId = this.#string(url);
    const key = `${String(kind)} ${String(nameId)} ${String(urlId)} ${String(line)} ${String(column)}`;
    let id = this.#frameIds.get(key);
    if (id === undefined) {
      id = this.#frameName.length;
      this.#frameName.push(nameId);
      this.#frameUrl.push(urlId);
      this.#frameLine.push(line);
      this.#frameColumn.push(column);
      this.#frameKind.push(kind);
      this.#frameIds.set(key, id);
    }
    return id;
  }

  /** The numbers here of all frames of another profile. */
  framesOf(frames: Frames): Uint32Array {
    return Uint32Array.from({ length: frames.length }, (_, index) =>
      this.frame(frames.at(index), frames.kind(index)),
    );
  }

  /** Adds a thread. @returns its root node */
  thread(description: ThreadDescription): number {
    const root = this.#parent.length;
    const frame = this.frame({ name: '(root)', url: '', line: 0, column: 0 }, FrameKind.root);
    this.#pushNode(-1, frame);
    this.#threads.push(description);
    this.#roots.push(root);
    return root;
  }

  /** The node of `frame` below `parent`. */
  child(parent: number, frame: number): number {
    const found = this.#children.find(parent, frame);
    if (found !== undefined) return found;
    const node = this.#pushNode(parent, frame);
    this.#children.add(node);
    return node;
  }

  #pushNode(parent: number, frame: number): number {
    this.#parent.push(parent);
    this.#frame.push(frame);
    this.#hits.push(0);
    this.#wall.push(0);
    this.#cpu.push(0);
    return this.#parent.length - 1;
  }

  /** Adds to a node's own counts. */
  add(node: number, hits: number, wallNanos = 0, cpuNanos = 0): void {
    this.#hits.add(node, hits);
    this.#wall.add(node, wallNanos);
    this.#cpu.add(node, cpuNanos);
  }

  /** Says of hits that were added to a node which source line they were in. */
  addLine(node: number, line: number, hits: number): void {
    let index = this.#lines.find(node, line);
    if (index === undefined) {
      index = this.#lineNode.length;
      this.#lineNode.push(node);
      this.#lineNumber.push(line);
      this.#lineHits.push(0);
      this.#lines.add(index);
    }
    this.#lineHits.add(index, hits);
  }

  /**
   * The profile. Nodes without counts that nothing with counts hangs on are left
   * out, and frames that no node has; children stand in the order in which they
   * were added.
   */
  finish(description: ProfileDescription): Profile {
    const { order, place, ...tree } = this.finishTree({ keepEmpty: false });
    return new Profile({
      ...description,
      ...tree,
      selfHits: inOrder(this.#hits.finish(), order),
      selfWallNanos: inOrder(this.#wall.finish(), order),
      selfCpuNanos: inOrder(this.#cpu.finish(), order),
      ...this.#orderedLines(place),
    });
  }

  /** The tree alone, for several sets of counts; with all nodes, if `keepEmpty`. */
  finishTree({ keepEmpty }: { keepEmpty: boolean }): Tree {
    const { order, place } = this.#depthFirst(keepEmpty);
    return {
      order,
      place,
      threads: this.#threads.map((thread, index) => ({
        ...thread,
        firstNode: place[this.#roots[index] as number] as number,
      })),
      parent: this.#placedParents(order, place),
      ...this.#usedFrames(order),
    };
  }

  #placedParents(order: Uint32Array, place: Uint32Array): Int32Array {
    const column = this.#parent.finish();
    // Plain loops here and below: `from()` with a function takes ten times as long.
    const parents = new Int32Array(order.length);
    for (let index = 0; index < order.length; index++) {
      const parent = column[order[index] as number] as number;
      parents[index] = parent < 0 ? -1 : (place[parent] as number);
    }
    return parents;
  }

  /** The frames of nodes that stay, in their order, and the nodes' numbers of them:
   * what was filtered away must not be read in what is written. */
  #usedFrames(order: Uint32Array): Pick<ProfileData, 'frames' | 'frame'> {
    const frameOfNode = this.#frame.finish();
    const used = new Uint8Array(this.#frameName.length);
    for (const node of order) used[frameOfNode[node] as number] = 1;
    const kept = Uint32Array.from(used, (_, frame) => frame).filter((frame) => used[frame] === 1);
    const frameNumber = numbersOf(kept, this.#frameName.length);
    const frame = new Uint32Array(order.length);
    for (let index = 0; index < order.length; index++) {
      frame[index] = frameNumber[frameOfNode[order[index] as number] as number] as number;
    }

    const usedStrings = new Uint8Array(this.#strings.length);
    for (const frame of kept) {
      usedStrings[this.#frameName.get(frame)] = 1;
      usedStrings[this.#frameUrl.get(frame)] = 1;
    }
    const keptStrings = Uint32Array.from(usedStrings, (_, string) => string).filter(
      (string) => usedStrings[string] === 1,
    );
    const stringNumber = numbersOf(keptStrings, this.#strings.length);

    return {
      frames: new Frames(
        Array.from(keptStrings, (string) => this.#strings[string] as string),
        {
          name: kept.map((frame) => stringNumber[this.#frameName.get(frame)] as number),
          url: kept.map((frame) => stringNumber[this.#frameUrl.get(frame)] as number),
          line: kept.map((frame) => this.#frameLine.get(frame)),
          column: kept.map((frame) => this.#frameColumn.get(frame)),
          kind: Uint8Array.from(kept, (frame) => this.#frameKind.get(frame)),
        },
      ),
      frame,
    };
  }

  /** Nodes that stay, thread after thread and depth first; and where each stands. */
  #depthFirst(keepEmpty: boolean): { order: Uint32Array; place: Uint32Array } {
    const parents = this.#parent.finish();
    const [hits, wall, cpu] = [this.#hits.finish(), this.#wall.finish(), this.#cpu.finish()];
    const { length } = parents;
    const stays = new Uint8Array(length).fill(keepEmpty ? 1 : 0);
    for (const root of this.#roots) stays[root] = 1;
    const firstChild = new Uint32Array(length).fill(NONE);
    const nextSibling = new Uint32Array(length).fill(NONE);
    // From the end: children are behind their parents, and the first comes last.
    for (let node = length - 1; node >= 0; node--) {
      if (hits[node] !== 0 || wall[node] !== 0 || cpu[node] !== 0) stays[node] = 1;
      const parent = parents[node] as number;
      if (stays[node] === 0 || parent < 0) continue;
      stays[parent] = 1;
      nextSibling[node] = firstChild[parent] as number;
      firstChild[parent] = node;
    }
    const order = new Growing(new Uint32Array(length));
    const place = new Uint32Array(length).fill(NONE);
    for (const root of this.#roots) {
      let node = root;
      while (node !== NONE) {
        place[node] = order.length;
        order.push(node);
        let next = firstChild[node] as number;
        for (let up = node; next === NONE && up !== root; up = parents[up] as number) {
          next = nextSibling[up] as number;
        }
        node = next;
      }
    }
    return { order: order.finish(), place };
  }

  #orderedLines(place: Uint32Array): Pick<ProfileData, 'lineNode' | 'lineNumber' | 'lineHits'> {
    const nodes = this.#lineNode.finish().map((node) => place[node] as number);
    const numbers = this.#lineNumber.finish();
    const hits = this.#lineHits.finish();
    const order = Uint32Array.from(nodes.keys()).filter(
      (line) => nodes[line] !== NONE && (hits[line] as number) > 0,
    );
    const compare = (a: number, b: number): number =>
      (nodes[a] as number) - (nodes[b] as number) ||
      (numbers[a] as number) - (numbers[b] as number);
    // Mostly they were added in order.
    if (order.some((line, index) => index > 0 && compare(order[index - 1] as number, line) > 0)) {
      order.sort(compare);
    }
    return {
      lineNode: order.map((line) => nodes[line] as number),
      lineNumber: order.map((line) => numbers[line] as number),
      lineHits: inOrder(hits, order),
    };
  }
}

function inOrder(column: Float64Array, order: Uint32Array): Float64Array {
  const ordered = new Float64Array(order.length);
  for (let index = 0; index < order.length; index++) {
    ordered[index] = column[order[index] as number] as number;
  }
  return ordered;
}

/** The index in `kept` of each of `length` things that is there. */
function numbersOf(kept: Uint32Array, length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  kept.forEach((each, index) => {
    numbers[each] = index;
  });
  return numbers;
}
