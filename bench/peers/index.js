'use strict';

/**
 * What a measurement knows of a profiler; one file each, named after its id.
 *
 * @typedef {object} Adapter
 * @property {string} title as the tables have it
 * @property {() => string} origin its package and version, told without loading it
 * @property {() => string | undefined} unavailable why it cannot be used here;
 *   may load it, so it is to be asked in a child
 * @property {(millis: number) => number} intervalOf the interval that it really
 *   uses when it is asked for one
 * @property {() => Profiler} load what a program does first that means to use it
 *
 * @typedef {object} Profiler
 * @property {(intervalMillis: number) => void} start
 * @property {() => Stopped} stop
 * @property {() => Stopped} [rotate] ends one profile and begins the next, where
 *   it has a way of its own to do so
 *
 * What it gives out, not looked at before it is asked for: so the time of
 * stop() is its own.
 *
 * @typedef {object} Stopped
 * @property {() => string} size
 * @property {() => Iterable<{ names: string[], hits: number }>} stacks
 */

/** All of them; the first is the one that the others stand beside. */
const ids = ['ox-profile', 'inspector', 'v8', 'datadog', 'sentry'];

/** @returns {Adapter} */
function adapterOf(id) {
  return require(`./${id}.js`);
}

/** @returns {Profiler} */
function load(id) {
  return adapterOf(id).load();
}

/**
 * Each function's share of all samples of a program at work: those whose stack
 * it is in, once however often.
 */
function sharesOf(stopped, functions) {
  const hitsOf = new Map(functions.map((name) => [name, 0]));
  let all = 0;
  for (const { names, hits } of stopped.stacks()) {
    if (names.includes('(idle)')) continue;
    all += hits;
    for (const name of functions) {
      if (names.includes(name)) hitsOf.set(name, hitsOf.get(name) + hits);
    }
  }
  return Object.fromEntries(functions.map((name) => [name, all > 0 ? hitsOf.get(name) / all : 0]));
}

module.exports = { adapterOf, ids, load, sharesOf };
