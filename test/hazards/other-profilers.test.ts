import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runNode, runSource, runWorkload, type Ended } from '../support/children';
import { PackageCopy } from '../support/package-copy';

/** Every way to merge two lists of steps; each keeps its own order. */
function interleavings(a: readonly string[], b: readonly string[]): string[][] {
  if (a.length === 0) return [[...b]];
  if (b.length === 0) return [[...a]];
  return [
    ...interleavings(a.slice(1), b).map((rest) => [a[0]!, ...rest]),
    ...interleavings(a, b.slice(1)).map((rest) => [b[0]!, ...rest]),
  ];
}

interface Seen {
  samples: { paused: number; stillPaused: number; end: number };
  ours: boolean;
  theirs: boolean;
}

const others = {
  "the inspector's profiler": 'inspector',
  '@datadog/pprof': 'pprof',
  '@datadog/pprof with contexts': 'pprofWithContexts',
};

for (const [title, other] of Object.entries(others)) {
  describe(`beside ${title}`, () => {
    // Contexts take a signal, which there is not.
    if (other === 'pprofWithContexts' && process.platform === 'win32') return;

    const orders = interleavings(['launch', 'pause', 'unpause', 'cancel'], ['start', 'stop']);
    for (const steps of orders) {
      it(`both count, in the order ${steps.join(', ')}`, async () => {
        const { samples, ours, theirs } = await runWorkload<Seen>('beside', { other, steps });
        assert.ok(ours, 'we did not see the program at work');
        assert.ok(theirs, 'the other did not see the program at work');
        assert.ok(samples.paused >= 10);
        assert.equal(samples.stillPaused, samples.paused);
        assert.ok(samples.end >= samples.paused + 10);
      });
    }
  });
}

const work = `
  function atWork(millis) {
    const end = performance.now() + millis;
    while (performance.now() < end);
  }`;

function assertEnded(ended: Ended, code = 0): void {
  assert.deepEqual([ended.code, ended.signal, ended.stderr], [code, null, '']);
}

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string } }[];
  samples: number[];
  timeDeltas: number[];
}

describe('node --cpu-prof', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ox-profile-cpu-prof-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [how, last, code] of [
    ['while it samples', '', 0],
    ['while it is paused', 'launcher.pause();', 0],
    ['after cancel()', 'launcher.cancel();', 0],
    ['by process.exit(7) while it samples', 'process.exit(7);', 7],
  ] as const) {
    it(`writes its profile when the program ends ${how}`, async () => {
      const ended = await runNode([
        ...['--cpu-prof', '--cpu-prof-interval=1000', `--cpu-prof-dir=${folder}`, '--eval'],
        `${work}
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        while (launcher.query().samples < 200) atWork(20);
        console.log(launcher.query({ filter: 'atWork' }).records[0].hits > 0);
        ${last}`,
      ]);
      assertEnded(ended, code);
      assert.equal(ended.stdout.trim(), 'true');

      const files = readdirSync(folder);
      assert.equal(files.length, 1);
      const profile = JSON.parse(readFileSync(join(folder, files[0]!), 'utf8')) as CpuProfile;
      assert.ok(profile.nodes.some(({ callFrame }) => callFrame.functionName === 'atWork'));
      assert.equal(profile.samples.length, profile.timeDeltas.length);
      const ids = new Set(profile.nodes.map(({ id }) => id));
      assert.ok(profile.samples.every((id) => ids.has(id)));
    });
  }
});

/** Three points, as in truth.test.ts. */
const TOLERANCE = 0.03;

describe('two copies of the package in one process', () => {
  it('find the same shares, each at its interval', async function () {
    // As in truth.test.ts: what counts wrongly is off each time.
    this.retries(3);
    using copy = new PackageCopy('copied');
    for (const intervalsMillis of [
      [1, 1],
      [1, 5],
    ]) {
      const { truth, found } = await runWorkload<{
        truth: Record<string, number>;
        found: Record<string, number>[];
      }>('copies', { folders: ['ox-profile', copy.folder], intervalsMillis, rounds: 200 });
      for (const shares of found) {
        for (const [name, share] of Object.entries(truth)) {
          assert.ok(
            Math.abs(shares[name]! - share) <= TOLERANCE,
            `${name}: ${String(shares[name])} found where ${String(share)} is true`,
          );
        }
      }
    }
  });

  for (const steps of interleavings(
    ['a.launch', 'a.pause', 'a.unpause', 'a.cancel'],
    ['b.launch', 'b.cancel'],
  )) {
    it(`count and end as usual, in the order ${steps.join(', ')}`, async () => {
      using copy = new PackageCopy('copied');
      const ended = await runSource(`${work}
        const packages = { a: require('ox-profile'), b: require(${JSON.stringify(copy.folder)}) };
        const launchers = {};
        const counted = {};
        for (const step of ${JSON.stringify(steps)}) {
          const [name, method] = step.split('.');
          if (method === 'launch') {
            launchers[name] = packages[name].SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
          } else {
            // Before it ends, it has seen the program at work.
            if (method === 'cancel') counted[name] = launchers[name].query().samples;
            launchers[name][method]();
          }
          const sampling = Object.values(launchers).filter((launcher) => !launcher.isPaused());
          const wanted = sampling.map((launcher) => launcher.query().samples + 10);
          do atWork(20);
          while (sampling.some((launcher, i) => launcher.query().samples < wanted[i]));
        }
        console.log(counted.a >= 20, counted.b >= 10);`);
      assertEnded(ended);
      assert.equal(ended.stdout.trim(), 'true true');
    });
  }

  it('end the process as usual while both sample', async () => {
    using copy = new PackageCopy('copied');
    for (const [last, code] of [
      ['', 0],
      ['process.exit(7)', 7],
      ['setTimeout(() => process.exit(7), 20)', 7],
    ] as const) {
      const ended = await runSource(`${work}
        require('ox-profile').SimpleLauncher.launch({ intervalMillis: 0.5 });
        require(${JSON.stringify(copy.folder)}).SimpleLauncher.launch({ intervalMillis: 0.5 });
        atWork(100);
        ${last}`);
      assertEnded(ended, code);
    }
  });

  it('share one addon where it is one file, and then one of them can be started', async () => {
    using copy = new PackageCopy('linked');
    const ended = await runSource(`${work}
      const first = require('ox-profile').SimpleLauncher.launch({ intervalMillis: 1 });
      const { SimpleLauncher } = require(${JSON.stringify(copy.folder)});
      const second = new SimpleLauncher({ intervalMillis: 1 });
      try {
        second.start();
      } catch (error) {
        console.log(error.code);
      }
      first.cancel();
      second.start();
      second.unpause();
      while (second.query().samples < 10) atWork(20);
      console.log('sampled');`);
    assertEnded(ended);
    assert.equal(ended.stdout.trim(), 'ERR_PROFILER_IN_USE\nsampled');
  });
});
