'use strict';

const { packaged } = require('./origin.js');

const NAME = '@datadog/pprof';

/** The engine of dd-trace and of Pyroscope's client. */
class DatadogProfiler {
  #time = require(NAME).time;

  start(intervalMillis) {
    this.#time.start({ intervalMicros: intervalMillis * 1000 });
  }

  stop() {
    return new PprofProfile(this.#time.stop());
  }

  /** As its users do who profile all the time: the next one begins first. */
  rotate() {
    return new PprofProfile(this.#time.stop(true));
  }
}

class PprofProfile {
  #profile;

  constructor(profile) {
    this.#profile = profile;
  }

  size() {
    return `${this.#profile.sample.length} stacks`;
  }

  *stacks() {
    const { sample, location, function: functions, stringTable } = this.#profile;
    const byId = (all) => new Map(all.map((each) => [each.id, each]));
    const locations = byId(location);
    const named = byId(functions);
    const nameOf = (id) => {
      const [{ functionId }] = locations.get(id).line;
      return stringTable.strings[named.get(functionId).name];
    };
    for (const { locationId, value } of sample) {
      yield { names: locationId.map(nameOf), hits: Number(value[0]) };
    }
  }
}

module.exports = {
  ...packaged(NAME),
  title: 'Datadog',
  intervalOf: (millis) => millis,
  load: () => new DatadogProfiler(),
};
