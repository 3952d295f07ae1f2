'use strict';

// Whether a profiler can be used here: loads it, and lets it profile for a moment.

const { adapterOf } = require('../peers/index.js');
const { answer, options } = require('./child.js');

function tried() {
  const adapter = adapterOf(options().profiler);
  const reason = adapter.unavailable();
  if (reason !== undefined) return reason;
  const profiler = adapter.load();
  profiler.start(1);
  const end = performance.now() + 50;
  while (performance.now() < end);
  const [stack] = profiler.stop().stacks();
  profiler.launcher?.cancel();
  return stack === undefined ? 'gives out no samples' : undefined;
}

answer({ reason: tried() });
