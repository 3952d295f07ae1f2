'use strict';

// Collects garbage of the young and of the whole heap, and nowhere else: the
// program asks for each collection itself, and times it. Needs --expose-gc.

const { SimpleLauncher } = require('ox-profile');
const { answer, now, options, PATIENCE_MILLIS, Times } = require('./answer.js');
const { Shares } = require('./shares.js');

const kept = Array.from({ length: 20_000 }, (_, i) => ({ i, text: `kept ${i}`, list: [i, i, i] }));

function allocate() {
  for (let i = 0; i < 1000; i++) {
    kept[(Math.random() * kept.length) | 0] = { i, text: `kept ${i}`, list: [i, i, i] };
  }
}

function calculate(millis) {
  const end = now() + millis;
  let sum = 0;
  while (now() < end) for (let i = 0; i < 1000; i++) sum = (sum * 31 + i) | 0;
  return sum;
}

function collect() {
  globalThis.gc({ type: 'minor' });
  globalThis.gc();
}

const { intervalMillis = 1 } = options();
const launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });

/**
 * CPU time that the profiler has by now, in milliseconds: the collector's, that of
 * collect() without it, and all. V8 is in its collector's state for most of a call of
 * gc(), but not from its first moment to its last.
 */
function countsOf() {
  const profile = launcher.profile();
  let [collector, calls, all] = [0, 0, 0];
  for (let node = 0; node < profile.length; node++) {
    const name = profile.frames.name(profile.frame[node]);
    all += profile.selfCpuNanos[node];
    if (name === '(garbage collector)') collector += profile.selfCpuNanos[node];
    if (name === 'collect') calls += profile.cpuNanos[node];
  }
  const [collectorMillis, callMillis, allMillis] = [collector, calls, all].map((nanos) => nanos / 1e6);
  return { collectorMillis, callMillis, allMillis, samples: profile.sums.samples };
}

const shares = new Shares();
const start = now();
let before = countsOf();
do {
  const truth = new Times();
  truth.time('all', () => {
    for (const end = now() + 100; now() < end; ) {
      allocate();
      calculate(10);
      truth.time('collect', collect);
    }
  });
  const after = countsOf();
  shares.add({
    collection: {
      truth: truth.of('collect', 'cpuMillis'),
      trueTotal: truth.of('all', 'cpuMillis'),
      found: after.collectorMillis + after.callMillis - before.collectorMillis - before.callMillis,
      foundTotal: after.allMillis - before.allMillis,
      samples: after.samples - before.samples,
    },
  });
  before = after;
} while (!shares.areEnough() && now() - start < PATIENCE_MILLIS);
answer({ shares: { cpuMillis: shares.judged() }, ...before });
launcher.cancel();
