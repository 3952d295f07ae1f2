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

/** What the profiler has by now, in milliseconds of wall and CPU time. */
function countsOf() {
  const profile = launcher.profile();
  let [collected, busy] = [0, 0];
  for (let node = 0; node < profile.length; node++) {
    const nanos = profile.selfCpuNanos[node];
    busy += nanos;
    if (profile.frames.name(profile.frame[node]) === '(garbage collector)') collected += nanos;
  }
  return { collected: collected / 1e6, busy: busy / 1e6, samples: profile.sums.samples };
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
    'garbage collector': {
      truth: truth.of('collect', 'cpuMillis'),
      trueTotal: truth.of('all', 'cpuMillis'),
      found: after.collected - before.collected,
      foundTotal: after.busy - before.busy,
      samples: after.samples - before.samples,
    },
  });
  before = after;
} while (!shares.areEnough() && now() - start < PATIENCE_MILLIS);
answer({ shares: { cpuMillis: shares.judged() } });
launcher.cancel();
