import assert from 'node:assert/strict';

import type { Profile } from 'ox-profile';
import { formats, type FormatName } from '../../dist/export/formats';
import { realProfile, smallProfile, hostileProfile } from '../support/profiles';
import { needsChromium, Speedscope, type SpeedscopeProfile } from '../support/speedscope';

/** Self and total of each name in a profile of one thread. */
function expectedOf(profile: Profile, value: 'samples' | 'wall'): Map<string, number[]> {
  const expected = new Map<string, number[]>();
  for (const record of profile.topFunctions({ includeSystem: true })) {
    const { name, selfHits, hits, selfWallMillis, wallMillis } = record;
    assert.ok(!expected.has(name), `${name} is there twice`);
    expected.set(name, value === 'samples' ? [selfHits, hits] : [selfWallMillis, wallMillis]);
  }
  return expected;
}

describe("speedscope's importer", () => {
  let speedscope: Speedscope;
  before(needsChromium);
  before(async () => {
    speedscope = await Speedscope.open();
  });
  after(async () => {
    // There is none where the suite was skipped.
    await (speedscope as Speedscope | undefined)?.close();
  });

  const read = (format: FormatName, profile: Profile): Promise<SpeedscopeProfile[]> =>
    speedscope.import(`a${formats[format].extension}`, formats[format].encode(profile));

  it('reads its own format: a profile a thread, our hits', async () => {
    const [main, worker, ...more] = await read('speedscope', smallProfile());
    assert.deepEqual([main?.name, worker?.name, more], ['main (0)', 'worker-1 (1)', []]);
    const [only] = await read('speedscope', smallProfile(1));
    for (const [name, counts] of expectedOf(smallProfile(1), 'samples')) {
      const { self, total } = only!.functions.get(name)!;
      assert.deepEqual([self, total], counts, name);
    }
  });

  it('reads folded stacks: our hits', async () => {
    const [only] = await read('collapsed', smallProfile(1));
    const frame = (name: string): string =>
      ({ a: 'a (/app/x.js:3)', b: 'b (/app/x.js:20)', c: 'c (/app/x.js:90)' })[name] ?? name;
    for (const [name, counts] of expectedOf(smallProfile(1), 'samples')) {
      const { self, total } = only!.functions.get(frame(name))!;
      assert.deepEqual([self, total], counts, name);
    }
  });

  it('reads .cpuprofile: our wall time', async () => {
    const profile = smallProfile(1);
    const [only] = await read('cpuprofile', profile);
    assert.equal(only?.unit, 'microseconds');
    for (const [name, [self, total]] of expectedOf(profile, 'wall')) {
      // It leaves idle time out.
      if (name === '(idle)') continue;
      const found = only.functions.get(name)!;
      assert.ok(Math.abs(found.self / 1000 - self!) < 0.01, `${name}: ${String(found.self)}`);
      assert.ok(Math.abs(found.total / 1000 - total!) < 0.01, `${name}: ${String(found.total)}`);
    }
  });

  it('reads pprof: our functions', async () => {
    const [only] = await read('pprof', smallProfile(1));
    for (const name of ['a', 'b', 'c']) assert.ok(only!.functions.has(name), name);
  });

  it('reads a real program, with the same shares of functions in each format', async () => {
    const profile = await realProfile();
    const names = ['burn', 'outer', 'spin', 'realProfile'];
    const records = profile.topFunctions().filter(({ name }) => names.includes(name));
    assert.equal(records.length, names.length);
    const shares = (profiles: SpeedscopeProfile[], shown: (name: string) => RegExp): number[] => {
      const functions = [...profiles[0]!.functions];
      const total = functions.reduce((sum, [, { self }]) => sum + self, 0);
      return records.map(({ name }) => {
        const found = functions.filter(([each]) => shown(name).test(each));
        assert.equal(found.length, 1, name);
        return Number((found[0]![1].total / total).toFixed(6));
      });
    };
    const all = profile.sums.samples + profile.sums.idleSamples + profile.sums.profilerSamples;
    const expected = records.map(({ hits }) => Number((hits / all).toFixed(6)));
    const own = await read('speedscope', profile);
    assert.deepEqual(
      shares(own, (name) => new RegExp(`^${name}$`)),
      expected,
    );
    const folded = await read('collapsed', profile);
    assert.deepEqual(
      shares(folded, (name) => new RegExp(`^${name} \\(`)),
      expected,
    );
  });

  it('takes hostile names', async () => {
    for (const format of ['speedscope', 'cpuprofile', 'pprof', 'collapsed'] as const) {
      const [only] = await read(format, hostileProfile());
      const names = [...only!.functions.keys()];
      assert.ok(
        names.some((name) => name.startsWith('<img src=x onerror=alert(1)>')),
        format,
      );
    }
  });
});
