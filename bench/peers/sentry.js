'use strict';

const { packaged } = require('./origin.js');

const NAME = '@sentry-internal/node-cpu-profiler';

/** It has no option for it: 99 a second. */
const INTERVAL_MILLIS = 1000 / 99;

/** The engine of @sentry/profiling-node. */
class SentryProfiler {
  #bindings = require(NAME);
  #started = 0;

  start() {
    this.#bindings.CpuProfilerBindings.startProfiling(`bench ${++this.#started}`);
  }

  stop() {
    const { CpuProfilerBindings, ProfileFormat } = this.#bindings;
    return new SentryProfile(
      CpuProfilerBindings.stopProfiling(`bench ${this.#started}`, ProfileFormat.CHUNK),
    );
  }
}

class SentryProfile {
  #profile;

  constructor(profile) {
    this.#profile = profile;
  }

  size() {
    return `${this.#profile.stacks.length} stacks`;
  }

  *stacks() {
    const { samples, stacks, frames } = this.#profile;
    for (const { stack_id: id } of samples) {
      yield { names: stacks[id].map((frame) => frames[frame].function), hits: 1 };
    }
  }
}

module.exports = {
  ...packaged(NAME),
  title: 'Sentry',
  intervalOf: () => INTERVAL_MILLIS,
  load: () => new SentryProfiler(),
};
