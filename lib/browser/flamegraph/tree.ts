const NONE = 0xffff_ffff;

/** A tree under construction: its nodes are found by their parent and frame. */
export class Tree {
  readonly parent: number[] = [-1];
  /** Of the node's place in a stack; for others a number below 0. */
  readonly frame: number[] = [-1];
  #slots = new Uint32Array(4096).fill(NONE);

  get length(): number {
    return this.parent.length;
  }

  child(parent: number, frame: number): number {
    let slot = this.#slot(parent, frame);
    const found = this.#slots[slot] as number;
    if (found !== NONE) return found;
    if (this.length * 2 > this.#slots.length) {
      this.#grow();
      slot = this.#slot(parent, frame);
    }
    this.#slots[slot] = this.length;
    this.parent.push(parent);
    this.frame.push(frame);
    return this.length - 1;
  }

  #slot(parent: number, frame: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(parent, 0x9e37_79b1) ^ frame;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const node = this.#slots[slot] as number;
      if (node === NONE) return slot;
      if (this.parent[node] === parent && this.frame[node] === frame) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2).fill(NONE);
    for (let node = 1; node < this.length; node++) {
      this.#slots[this.#slot(this.parent[node] as number, this.frame[node] as number)] = node;
    }
  }
}
