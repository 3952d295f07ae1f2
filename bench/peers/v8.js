'use strict';

const v8 = require('node:v8');

const { CpuProfile } = require('./cpuprofile.js');
const { nodesOwn } = require('./origin.js');

/** What V8 takes where nobody tells it. */
const V8_DEFAULT_MILLIS = 1;

/** Node 24 has it without options. */
function takesOptions() {
  return v8.startCpuProfile.length > 0;
}

/** `v8.startCpuProfile()`, Node's own since 24.12. */
class V8Profiler {
  #handle;

  start(intervalMillis) {
    this.#handle = takesOptions()
      ? v8.startCpuProfile({ sampleInterval: intervalMillis })
      : v8.startCpuProfile();
  }

  stop() {
    const json = this.#handle.stop();
    const read = () => new CpuProfile(JSON.parse(json).nodes);
    return { size: () => read().size(), stacks: () => read().stacks() };
  }
}

module.exports = {
  ...nodesOwn,
  title: 'v8.startCpuProfile',
  unavailable: () =>
    v8.startCpuProfile === undefined ? `Node ${process.version} does not have it` : undefined,
  intervalOf: (millis) =>
    v8.startCpuProfile === undefined || takesOptions() ? millis : V8_DEFAULT_MILLIS,
  load: () => new V8Profiler(),
};
