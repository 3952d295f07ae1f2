'use strict';

/** A profile as the inspector's protocol and .cpuprofile files have it. */
class CpuProfile {
  #nodes;

  /** @param nodes `nodes` of it, parents before children */
  constructor(nodes) {
    this.#nodes = nodes;
  }

  size() {
    return `${this.#nodes.length} nodes`;
  }

  *stacks() {
    const namesOf = new Map();
    for (const { id, callFrame, hitCount, children = [] } of this.#nodes) {
      const names = [...(namesOf.get(id) ?? []), callFrame.functionName];
      for (const child of children) namesOf.set(child, names);
      if (hitCount > 0) yield { names, hits: hitCount };
    }
  }
}

module.exports = { CpuProfile };
