import { createRequire } from 'node:module';

import { child } from './children.mjs';

const { adapterOf, ids } = createRequire(import.meta.url)('./peers/index.js');

const [ourId, ...otherIds] = ids;

function describe(id) {
  const { title, origin, intervalOf } = adapterOf(id);
  return { id, title, intervalOf, origin };
}

/** All others are measured beside it. */
export const ours = describe(ourId);

/**
 * The profilers that ours is measured beside. One that cannot be used here, or
 * that fails while it is measured, is left out and said; the rest goes on.
 */
export class Peers {
  /** Those that can be used here: `{ id, title, intervalOf, origin }`. */
  all;
  /** A line each: what it is, or why it is not measured. */
  notes;

  constructor(all, notes) {
    this.all = all;
    this.notes = notes;
  }

  /** Asks a child each, for an addon may take its process with it. */
  static async find() {
    const all = [];
    const notes = [];
    for (const peer of otherIds.map(describe)) {
      const reason = await child('available', { profiler: peer.id }).then(
        (answer) => answer.reason,
        (error) => `it fails: ${firstLine(error)}`,
      );
      if (reason === undefined) all.push(peer);
      notes.push(`${peer.title}: ${reason === undefined ? peer.origin() : `not measured, ${reason}`}`);
    }
    return new Peers(all, notes);
  }

  /**
   * One variant a peer, for `interleave()`.
   *
   * @param make of a peer, makes a function that starts a child; or undefined
   *   where there is nothing to measure of it
   */
  variants(make) {
    const made = this.all.map((peer) => [peer.id, make(peer)]);
    return Object.fromEntries(
      made
        .filter(([, start]) => start !== undefined)
        .map(([id, start]) => [id, () => this.#attempt(id, start)]),
    );
  }

  /**
   * The rows of those that have answered.
   *
   * @param answers of `interleave()`
   * @param make of a peer and its answers, makes a row or more of them
   */
  rows(answers, make) {
    return this.all.flatMap((peer) => {
      const found = (answers[peer.id] ?? []).filter((answer) => answer !== undefined);
      return found.length > 0 ? make(peer, found) : [];
    });
  }

  async #attempt(id, start) {
    const peer = this.all.find((each) => each.id === id);
    if (peer === undefined) return undefined;
    try {
      return await start();
    } catch (error) {
      this.notes.push(`${peer.title}: no longer measured, it fails: ${firstLine(error)}`);
      this.all = this.all.filter((each) => each !== peer);
      return undefined;
    }
  }
}

/** `at 10.1 ms` of one that cannot have the interval that it is asked for. */
export function atInterval({ intervalOf }, millis) {
  const used = intervalOf(millis);
  return isNear(used, millis) ? '' : `at ${used.toFixed(1)} ms`;
}

/** Whether it can have the interval, or nearly. */
export function canHave({ intervalOf }, millis) {
  return isNear(intervalOf(millis), millis);
}

function isNear(used, asked) {
  return Math.abs(used / asked - 1) < 0.05;
}

/** What a child that failed said last; of one that was killed, by what. */
function firstLine({ message, stderr = '', signal }) {
  const thrown = /^\w*Error\b.*/m.exec(stderr)?.[0];
  return thrown ?? (signal ? `ended by ${signal}` : message.split('\n', 1)[0]);
}
