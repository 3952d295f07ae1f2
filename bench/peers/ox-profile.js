'use strict';

const { createRequire } = require('node:module');

// This folder's package is the peers'. Ours is asked for by its name from where
// it is at home, so that it is entered as its users do.
const fromHome = createRequire(require.resolve('../../package.json'));

/** @param subpath as in `ox-profile/observe` */
function requireOurs(subpath = '') {
  return fromHome(`ox-profile${subpath}`);
}

const DEFAULT_INTERVAL_MILLIS = 10;

/** Ours, behind what all have in common. */
class OxProfiler {
  /** Started, paused. */
  launcher;
  #intervalMillis = DEFAULT_INTERVAL_MILLIS;

  constructor() {
    this.arrive();
  }

  /** Only after leave(). @param options further ones */
  arrive(options) {
    const { SimpleLauncher } = requireOurs();
    // At the interval asked for, whatever that costs.
    this.launcher = new SimpleLauncher({ maxOverhead: Infinity, ...options });
    this.launcher.start();
    this.#intervalMillis = DEFAULT_INTERVAL_MILLIS;
  }

  /** Nothing of it is at work any more. */
  leave() {
    this.launcher.cancel();
  }

  start(intervalMillis) {
    // To be called for the first time takes a function longer, whatever it does.
    if (intervalMillis !== this.#intervalMillis) this.launcher.setInterval(intervalMillis);
    this.#intervalMillis = intervalMillis;
    this.launcher.unpause();
  }

  /** Forgets what it gives out, so that the next start is a start. */
  stop() {
    this.launcher.pause();
    return this.rotate();
  }

  rotate() {
    const profile = this.launcher.profile();
    this.launcher.reset();
    return new OxProfile(profile);
  }
}

class OxProfile {
  #profile;

  constructor(profile) {
    this.#profile = profile;
  }

  size() {
    return `${this.#profile.length} nodes`;
  }

  *stacks() {
    const { parent, frame, frames, selfHits } = this.#profile;
    const namesOf = [];
    for (let node = 0; node < parent.length; node++) {
      namesOf.push([...(namesOf[parent[node]] ?? []), frames.name(frame[node])]);
      if (selfHits[node] > 0) yield { names: namesOf[node], hits: selfHits[node] };
    }
  }
}

module.exports = {
  title: 'ox-profile',
  origin: () => `ox-profile ${require('../../package.json').version}`,
  unavailable: () => undefined,
  intervalOf: (millis) => millis,
  load: () => new OxProfiler(),
  requireOurs,
};
