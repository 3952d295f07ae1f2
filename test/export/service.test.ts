import assert from 'node:assert/strict';

import { Profile, type RankedFunction } from 'ox-profile';
import { formats } from '../../dist/export/formats';
import { assertEnded, runSource } from '../support/children';
import { GoPprof, needsGo } from '../support/go';
import { needsChromium, Speedscope } from '../support/speedscope';

/** A profile of the demo's service, which renders this repository's documents. */
async function serviceProfile(): Promise<Profile> {
  const ended = await runSource(`
    const { SimpleLauncher } = require('ox-profile');
    const launcher = SimpleLauncher.launch({ intervalMillis: 2, maxOverhead: Infinity, threads: 'main' });
    (async () => {
      const { createService } = await import('./examples/service.mjs');
      const { server, paths } = await createService(process.cwd());
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      for (let i = 0; launcher.query().samples < 400; i++) {
        const response = await fetch('http://127.0.0.1:' + server.address().port + paths[i % paths.length]);
        await response.text();
      }
      const profile = launcher.profile();
      launcher.cancel();
      process.stdout.write(Buffer.from(profile.encodeSync('json')).toString('base64'));
      server.close();
      server.closeAllConnections();
    })();`);
  assertEnded(ended);
  return Profile.read(Buffer.from(ended.stdout, 'base64'));
}

describe('a profile of the service, wherever it is opened', () => {
  let profile: Profile;
  /** The top five of those whose name is of one function only. */
  let top: RankedFunction[];

  before(async () => {
    profile = await serviceProfile();
    const all = profile.topFunctions();
    const times = new Map<string, number>();
    for (const { name } of all) times.set(name, (times.get(name) ?? 0) + 1);
    top = all.filter(({ name }) => times.get(name) === 1).slice(0, 5);
    assert.equal(top.length, 5);
  });

  const shares = (of: (name: string) => number, whole: number): number[] =>
    top.map(({ name }) => Number((of(name) / whole).toFixed(4)));
  const whole = (): number =>
    profile.sums.samples + profile.sums.idleSamples + profile.sums.profilerSamples;
  const ours = (): number[] =>
    shares((name) => top.find((each) => each.name === name)?.hits ?? 0, whole());

  describe('go tool pprof', () => {
    before(needsGo);

    it('has the same top five with the same shares', () => {
      const go = new GoPprof();
      try {
        const rows = go.top('-sample_index=samples', go.file(formats.pprof.encode(profile)));
        const sum = rows.reduce((all, { flat }) => all + flat, 0);
        assert.equal(sum, whole());
        assert.deepEqual(shares((name) => rows.find((row) => row.name === name)?.cum ?? 0, sum), ours());
      } finally {
        go.remove();
      }
    });
  });

  describe('speedscope', () => {
    before(needsChromium);

    it('has the same top five with the same shares in each format that it reads', async () => {
      const speedscope = await Speedscope.open();
      try {
        for (const [format, shown] of [
          ['speedscope', (name: string, each: string) => each === name],
          // A function of the engine has no place.
          ['collapsed', (name: string, each: string) => each === name || each.startsWith(`${name} (`)],
        ] as const) {
          const file = `a${formats[format].extension}`;
          const [read] = await speedscope.import(file, formats[format].encode(profile));
          const functions = [...(read?.functions ?? [])];
          const sum = functions.reduce((all, [, { self }]) => all + self, 0);
          const of = (name: string): number =>
            functions.find(([each]) => shown(name, each))?.[1].total ?? 0;
          assert.deepEqual(shares(of, sum), ours(), format);
        }
      } finally {
        await speedscope.close();
      }
    });
  });

  it('has the same top five with the same shares when it is read back', async () => {
    for (const format of ['pprof', 'cpuprofile', 'speedscope', 'json'] as const) {
      const read = await Profile.read(formats[format].encode(profile));
      const sum = read.sums.samples + read.sums.idleSamples + read.sums.profilerSamples;
      const functions = read.topFunctions();
      const of = (name: string): number => functions.find((each) => each.name === name)?.hits ?? 0;
      assert.deepEqual(shares(of, sum), ours(), format);
    }
  });
});
