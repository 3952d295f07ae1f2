import assert from 'node:assert/strict';

import { FrameKind, Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';
import { checkValid } from '../../dist/profile/check-valid';
import { npmPackageOf, packageOf } from '../../dist/profile/packages';
import { canonical, profileOf, randomStacks, stacksOf, thread, type Stack } from '../support/stacks';
import { itDraws, type Random } from '../support/random';

const shape = { threads: 3, stacks: 40, depth: 6, functions: 12 };

/** Small random profiles, and the stacks they were made of. */
function* cases(random: Random): Generator<{ stacks: Stack[]; profile: Profile }> {
  for (let count = 0; count < 40; count++) {
    const stacks = randomStacks(random, shape);
    yield { stacks, profile: checked(profileOf(stacks, shape)) };
  }
}

function checked(profile: Profile): Profile {
  checkValid(profile);
  return profile;
}

function same(profile: Profile, expected: readonly Stack[]): void {
  checkValid(profile);
  assert.deepEqual(canonical(stacksOf(profile)), canonical(expected));
}

const noLines = (stack: Stack): Stack => ({ ...stack, lines: new Map() });

/** A profile of samples by stack: names from root to leaf. */
function simple(counts: Record<string, number>): Profile {
  const stacks = Object.entries(counts).map(([path, hits]) => ({
    thread: '0 thread 0',
    frames: path.split(' ').map((name) => ({ name, url: '/a.js', line: 1, column: 1, kind: FrameKind.function })),
    hits,
    wall: hits * 1e6,
    cpu: 0,
    lines: new Map<number, number>(),
  }));
  return checked(profileOf(stacks, { threads: 1 }));
}

describe('Profile.merge()', () => {
  itDraws('adds up stacks, threads and lines', (random) => {
    let last: { stacks: Stack[]; profile: Profile } | undefined;
    for (const each of cases(random)) {
      same(Profile.merge(each.profile), each.stacks);
      if (last) same(Profile.merge(last.profile, each.profile, last.profile), [...last.stacks, ...each.stacks, ...last.stacks]);
      last = each;
    }
  });

  it('puts threads of one id and name together, and no others', () => {
    const of = (...threads: [number, string][]): Profile => {
      const builder = new ProfileBuilder();
      for (const [id, name] of threads) {
        const child = builder.child(builder.thread(thread(id, name, 4)), builder.frame({ name, url: '', line: 0, column: 0 }));
        builder.add(child, 1);
      }
      return builder.finish({ startMillis: 0, intervalMillis: 0, realInterval: null, dropped: 2 });
    };
    const merged = checked(Profile.merge(of([0, 'main'], [3, 'a']), of([3, 'b'], [0, 'main'])));
    assert.deepEqual(
      merged.threads.map(({ id, name, durationNanos }) => [id, name, durationNanos]),
      [[0, 'main', 8], [3, 'a', 4], [3, 'b', 4]],
    );
    assert.equal(merged.dropped, 4);
  });

  itDraws('has the earliest start, intervals by samples, and the spread of all intervals', (random) => {
    const stacks = randomStacks(random, { ...shape, stacks: 5 });
    const one = profileOf(stacks, { ...shape, intervalMillis: 10, startMillis: 9 });
    const two = profileOf([...stacks, ...stacks, ...stacks], { ...shape, intervalMillis: 2, startMillis: 7 });
    const merged = checked(Profile.merge(one, two));
    assert.equal(merged.startMillis, 7);
    assert.equal(merged.intervalMillis, 10 / 4 + (2 * 3) / 4);
    assert.equal(Profile.merge(one, one).intervalMillis, 10);

    const values = [[1, 2, 6], [3, 5], [4]];
    const spread = (all: number[]): { count: number; mean: number; stdev: number } => {
      const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
      const squares = all.reduce((sum, each) => sum + (each - mean) ** 2, 0);
      return { count: all.length, mean, stdev: all.length > 1 ? Math.sqrt(squares / (all.length - 1)) : 0 };
    };
    const withIntervals = (all: number[]): Profile =>
      profileOf(stacks, { ...shape, realInterval: spread(all) });
    const real = Profile.merge(...values.map(withIntervals)).realInterval!;
    const expected = spread(values.flat());
    assert.equal(real.count, 6);
    assert.ok(Math.abs(real.mean - expected.mean) < 1e-12);
    assert.ok(Math.abs(real.stdev - expected.stdev) < 1e-12);
  });

  itDraws('keeps the values that all have, and refuses profiles without one', (random) => {
    const stacks = randomStacks(random, shape);
    const all = profileOf(stacks, shape);
    const samples = checked(profileOf(stacks, { ...shape, values: ['samples'] }));
    const cpu = checked(profileOf(stacks, { ...shape, values: ['cpu'] }));
    const merged = Profile.merge(all, samples);
    same(merged, [...stacks, ...stacks].map((each) => ({ ...each, wall: 0, cpu: 0 })));
    assert.deepEqual(merged.valueTypes.map(({ name }) => name), ['samples']);
    same(Profile.merge(all, cpu), [...stacks, ...stacks].map((each) => ({ ...noLines(each), hits: 0, wall: 0 })));
    assert.throws(() => Profile.merge(samples, cpu), { code: 'ERR_PROFILER_NOT_COMPARABLE', message: /samples; cpu/ });
    assert.throws(() => Profile.merge(all, all.invert()), { code: 'ERR_PROFILER_NOT_COMPARABLE' });
    assert.throws(() => Profile.merge(), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    assert.throws(() => Profile.merge({} as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
  });
});

/** Sums in another order differ in their last digits. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => (typeof each === 'number' ? Number(each.toFixed(9)) : each)),
  );
}

describe('Profile.invert()', () => {
  itDraws('turns each stack, and turns it back', (random) => {
    for (const { stacks, profile } of cases(random)) {
      const inverted = profile.invert();
      same(inverted, stacks.map((each) => ({ ...noLines(each), frames: each.frames.toReversed() })));
      assert.equal(inverted.inverted, true);
      same(inverted.invert(), stacks.map(noLines));
      assert.equal(inverted.invert().inverted, false);
    }
  });

  it('has the leaves below its roots, with their self counts as totals', () => {
    const inverted = simple({ 'a b c': 3, 'a c': 2, 'a b': 5 }).invert();
    const top = [...inverted.walk()].filter((node) => inverted.depth[node] === 1);
    assert.deepEqual(
      top.map((node) => [inverted.frames.name(inverted.frame[node]!), inverted.hits[node]]),
      [['b', 5], ['c', 5]],
    );
  });

  itDraws('changes no sum and no function', (random) => {
    for (const { profile } of cases(random)) {
      const inverted = profile.invert();
      assert.deepEqual(inverted.sums, profile.sums);
      const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
      const options = { includeSystem: true };
      assert.deepEqual(inverted.topFunctions(options).toSorted(byName), profile.topFunctions(options).toSorted(byName));
      for (const value of ['wall', 'cpu'] as const) {
        const byPackage = (each: Profile): unknown =>
          rounded(each.byPackage({ value }).sort((a, b) => (a.package < b.package ? -1 : 1)));
        assert.deepEqual(byPackage(inverted), byPackage(profile));
      }
    }
  });

  itDraws('loses no count where it is cut', (random) => {
    for (const { profile } of cases(random)) {
      for (const maxNodes of [1, 5, 30]) {
        const cut = checked(profile.invert({ maxNodes }));
        assert.deepEqual(cut.sums, profile.sums);
        const selfHits = ({ name, selfHits }: { name: string; selfHits: number }): string => `${name} ${String(selfHits)}`;
        assert.deepEqual(cut.topFunctions({ sort: 'self' }).filter((each) => each.selfHits > 0).map(selfHits).sort(),
          profile.topFunctions({ sort: 'self' }).filter((each) => each.selfHits > 0).map(selfHits).sort());
        assert.ok(cut.length < profile.invert().length);
      }
    }
  });
});

describe('Profile.focus() and Profile.ignore()', () => {
  const isMatch = (stack: Stack): boolean => stack.frames.some(({ name }) => /^f[135]$/.test(name));

  itDraws('keep the stacks with a match, and those without', (random) => {
    for (const { stacks, profile } of cases(random)) {
      same(profile.focus(/^f[135]$/), stacks.filter(isMatch));
      same(profile.ignore(/^f[135]$/g), stacks.filter((each) => !isMatch(each)));
    }
  });

  it('take a string as a part of a name or a place, and no pattern', () => {
    const profile = simple({ 'main a.b': 1, 'main axb': 2 });
    assert.equal(profile.focus('a.b').sums.samples, 1);
    assert.equal(profile.focus('/a.js:1:1').sums.samples, 3);
    assert.equal(profile.focus('nothing').sums.samples, 0);
    assert.equal(profile.ignore(/a.b/).sums.samples, 0);
  });

  it('leave no name behind of what they leave out', () => {
    const { frames } = simple({ 'main secret': 1, 'main other': 2 }).ignore('secret');
    assert.deepEqual(frames.strings.filter((each) => each !== ''), ['(root)', 'main', '/a.js', 'other']);
    assert.equal(frames.length, 3);
  });

  itDraws('work on inverted trees', (random) => {
    for (const { stacks, profile } of cases(random)) {
      same(profile.invert().focus(/^f[135]$/).invert(), stacks.filter(isMatch).map(noLines));
    }
  });

  it('refuse what is no pattern', () => {
    for (const pattern of [undefined, 7, null, {}]) {
      assert.throws(() => simple({ a: 1 }).focus(pattern as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    }
  });
});

describe('Profile.hide()', () => {
  const program = { name: '(program)', url: '', line: 0, column: 0, kind: FrameKind.program };

  function hidden(stacks: Stack[], isHidden: (url: string) => boolean): Stack[] {
    return stacks.map((stack) => {
      const frames = stack.frames.filter(({ url }) => !isHidden(url));
      const leaf = stack.frames.at(-1)!;
      return { ...stack, frames: frames.length === 0 ? [program] : frames, lines: isHidden(leaf.url) ? new Map() : stack.lines };
    });
  }

  itDraws("takes frames out and leaves their counts to their callers, or to (program)", (random) => {
    for (const { stacks, profile } of cases(random)) {
      const internals = (url: string): boolean => url.startsWith('node:');
      const modules = (url: string): boolean => url.includes('node_modules');
      same(profile.hide({ nodeInternals: true }), hidden(stacks, internals));
      same(profile.hide({ nodeModules: true }), hidden(stacks, modules));
      const both = profile.hide({ nodeInternals: true, nodeModules: true });
      same(both, hidden(stacks, (url) => internals(url) || modules(url)));
      assert.equal(both.sums.samples, profile.sums.samples);
      same(profile.hide(), stacks);
      same(profile.invert().hide({ nodeModules: true }).invert(), hidden(stacks, modules).map(noLines));
    }
  });

  it('refuses options that it does not have', () => {
    assert.throws(() => simple({ a: 1 }).hide({ internals: true } as never), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
    assert.throws(() => simple({ a: 1 }).hide({ nodeModules: 1 } as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
  });
});

describe('Profile.byThread()', () => {
  itDraws('has a profile of each thread, which together are the whole', (random) => {
    for (const { stacks, profile } of cases(random)) {
      const parts = profile.byThread();
      assert.equal(parts.length, 3);
      for (const { thread, profile: part } of parts) {
        same(part, stacks.filter((each) => each.thread === `${String(thread.id)} ${thread.name}`));
        assert.equal(part.threads[0], thread);
        assert.equal(thread.firstNode, 0);
      }
      same(Profile.merge(...parts.map((each) => each.profile)), stacks);
    }
  });

  it('gives dropped samples to the thread whose (truncated) they are in', () => {
    const builder = new ProfileBuilder();
    const truncated = builder.frame({ name: '(truncated)', url: '', line: 0, column: 0 }, FrameKind.truncated);
    builder.add(builder.child(builder.thread(thread(0, 'main')), truncated), 3);
    builder.add(builder.child(builder.thread(thread(1, 'one')), truncated), 2);
    const profile = builder.finish({ startMillis: 0, intervalMillis: 1, realInterval: null, dropped: 5 });
    assert.deepEqual(profile.byThread().map((each) => each.profile.dropped), [3, 2]);
  });
});

describe('Profile.byPackage()', () => {
  itDraws('counts a sample once for a package, and the leaf for its own', (random) => {
    for (const { stacks, profile } of cases(random)) {
      const expected = new Map<string, [number, number, number, number]>();
      for (const { frames, hits, wall } of stacks) {
        const functions = frames.filter(({ kind }) => kind === FrameKind.function);
        for (const name of new Set(functions.map(({ url }) => packageOf(url)))) {
          const [total, self, wallNanos, selfWallNanos] = expected.get(name) ?? [0, 0, 0, 0];
          const leaf = packageOf(frames.at(-1)!.url) === name ? 1 : 0;
          expected.set(name, [total + hits, self + hits * leaf, wallNanos + wall, selfWallNanos + wall * leaf]);
        }
      }
      const records = profile.byPackage();
      assert.deepEqual(
        records.map((each) => [each.package, each.hits, each.selfHits, each.wallMillis, each.selfWallMillis]).sort(),
        [...expected].map(([name, [total, self, wall, selfWall]]) => [name, total, self, wall / 1e6, selfWall / 1e6]).sort(),
      );
      for (const { hits, share, shareInterval } of records) {
        assert.equal(share, (hits / profile.sums.samples) * 100);
        assert.ok(shareInterval.low <= share && share <= shareInterval.high);
      }
      const self = profile.byPackage({ sort: 'self', limit: 2 }).map((each) => each.selfHits);
      assert.deepEqual(self, records.map((each) => each.selfHits).sort((a, b) => b - a).slice(0, 2));
    }
  });

  it('knows the package of a file in the layouts of npm, pnpm and Yarn', () => {
    const known: [string, string | undefined][] = [
      ['/app/node_modules/lodash/lodash.js', 'lodash'],
      ['file:///app/node_modules/%40scope/pkg/index.js', '@scope/pkg'],
      ['/app/node_modules/a/node_modules/@s/b/x.js', '@s/b'],
      ['/app/node_modules/.pnpm/x@1.0.0/node_modules/x/index.js', 'x'],
      ['/app/node_modules/.pnpm/@s+x@1.0.0_y@2/node_modules/@s/x/index.js', '@s/x'],
      ['/app/.yarn/cache/lodash-npm-4.17.21-6382451519-8.zip/node_modules/lodash/lodash.js', 'lodash'],
      ['/app/.yarn/__virtual__/x-virtual-1/0/cache/x-npm-1.zip/node_modules/@s/x/a.js', '@s/x'],
      ['C:\\app\\node_modules\\koa\\lib\\application.js', 'koa'],
      ['webpack://app/./node_modules/react/index.js', 'react'],
      ['node_modules/relative/index.js', 'relative'],
      ['/app/node_modules/.cache/tool/x.js', undefined],
      ['/app/node_modules/pkg', 'pkg'],
      ['/app/node_modules/', undefined],
      ['/app/node_modules/@scope', undefined],
      ['/app/my_node_modules/x/y.js', undefined],
      ['file:///app/%zz/node_modules/bad/x.js', 'bad'],
      ['/app/src/index.js', undefined],
    ];
    for (const [url, name] of known) assert.equal(npmPackageOf(url), name, url);
    assert.deepEqual(
      ['', 'node:fs', '/app/x.js', 'evalmachine.<anonymous>'].map(packageOf),
      ['(no file)', '(node)', '(application)', '(application)'],
    );
  });
});

describe('Profile.lines()', () => {
  itDraws('has the hits of each line, with the rest at line 0', (random) => {
    for (const { stacks, profile } of cases(random)) {
      for (const record of profile.topFunctions()) {
        const own = stacks.filter(({ frames }) => frames.at(-1)?.name === record.name && frames.at(-1)?.url === record.url);
        const expected = new Map<number, number>();
        let known = 0;
        for (const [line, hits] of own.flatMap(({ lines }) => [...lines])) {
          expected.set(line, (expected.get(line) ?? 0) + hits);
          known += hits;
        }
        const rest = own.reduce((sum, { hits }) => sum + hits, 0) - known;
        if (rest > 0) expected.set(0, rest);
        const lines = profile.lines(record);
        assert.deepEqual(lines.map(({ line, hits }) => [line, hits]), [...expected].sort(([a], [b]) => a - b));
        assert.ok(lines.length === 0 || Math.abs(lines.reduce((sum, { share }) => sum + share, 0) - 100) < 1e-9);
      }
    }
  });

  it('knows no lines of inverted trees, and none of functions that are not there', () => {
    const profile = simple({ 'a b': 3 });
    assert.deepEqual(profile.invert().lines({ name: 'b', url: '/a.js', line: 1 }).map(({ line, hits }) => [line, hits]), [[0, 3]]);
    assert.deepEqual(profile.lines({ name: 'b', url: '/a.js', line: 2 }), []);
    assert.deepEqual(profile.lines({ name: 'b', url: '/a.js', line: 1, column: 2 }), []);
  });

  it('refuses what is no place', () => {
    for (const place of [undefined, 'a', { name: 'a' }, { name: 'a', url: 1, line: 1 }, { name: 'a', url: '', line: '1' }]) {
      assert.throws(() => simple({ a: 1 }).lines(place as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    }
    assert.throws(() => simple({ a: 1 }).lines({ name: 'a', url: '', line: -1 }), { code: 'ERR_PROFILER_OUT_OF_RANGE' });
  });
});
