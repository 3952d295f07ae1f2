'use strict';

// Thousands of functions in thousands of distinct stacks, until the table has so
// many nodes, or has dropped so many samples.

const { SimpleLauncher } = require('ox-profile');
const { answer, now, options } = require('./answer.js');

const { functions = 2000, stacks = 3000, nodes = Infinity, dropped = Infinity, launcher: launcherOptions } = options();

const made = Array.from({ length: functions }, (_, i) =>
  new Function(
    'path', 'depth', 'made', 'spin',
    `return depth === path.length ? spin() : made[path[depth]](path, depth + 1, made, spin); //# sourceURL=/wide/f${i}.js`,
  ),
);

// A fixed series, so that every run has the same stacks.
let seed = 1;
function random(below) {
  seed = (seed * 48271) % 2147483647;
  return seed % below;
}

const paths = Array.from({ length: stacks }, () =>
  Array.from({ length: 5 + random(16) }, () => random(functions)),
);

function spin() {
  const end = now() + 0.2;
  while (now() < end);
}

const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity, ...launcherOptions });
const deadline = now() + 60_000;
const isDone = () => {
  const { table, samples } = launcher.stats();
  return table.nodes >= nodes || samples.dropped >= dropped || now() > deadline;
};
for (let i = 0; i % 100 !== 0 || !isDone(); i++) {
  const path = paths[i % stacks];
  made[path[0]](path, 1, made, spin);
}
const profile = launcher.profile();
const sum = (column) => column.reduce((all, each) => all + each, 0);
const records = profile.topFunctions({ includeSystem: true });
answer({
  nodes: profile.length,
  frames: profile.frames.length,
  hits: sum(profile.selfHits),
  ...profile.sums,
  dropped: profile.dropped,
  wallMillis: sum(profile.selfWallNanos) / 1e6,
  truncated: records.find(({ name }) => name === '(truncated)')?.selfHits ?? 0,
});
launcher.cancel();
