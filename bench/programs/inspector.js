'use strict';

const { Session } = require('node:inspector');

/** V8's profiler as Node gives it out, to be measured beside ours. */
class InspectorProfiler {
  #session = new Session();

  constructor() {
    this.#session.connect();
  }

  start(intervalMillis) {
    this.#post('Profiler.enable');
    this.#post('Profiler.setSamplingInterval', { interval: intervalMillis * 1000 });
    this.#post('Profiler.start');
  }

  /** @returns the profile */
  stop() {
    return this.#post('Profiler.stop').profile;
  }

  // The answer comes before post() returns: the session is of this thread.
  #post(method, parameters) {
    let result;
    this.#session.post(method, parameters, (error, answer) => {
      if (error !== null) throw new Error(error.message);
      result = answer;
    });
    return result;
  }
}

module.exports = { InspectorProfiler };
