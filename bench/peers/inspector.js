'use strict';

const { Session } = require('node:inspector');

const { CpuProfile } = require('./cpuprofile.js');
const { nodesOwn } = require('./origin.js');

/** V8's profiler as Node's inspector gives it out. */
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

  stop() {
    return new CpuProfile(this.#post('Profiler.stop').profile.nodes);
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

module.exports = {
  ...nodesOwn,
  title: 'inspector',
  intervalOf: (millis) => millis,
  load: () => new InspectorProfiler(),
};
