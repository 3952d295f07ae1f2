import assert from 'node:assert/strict';

import { FrameKind, Profile, type DiffRecord } from 'ox-profile';
import { checkValid } from '../../dist/profile/check-valid';
import { canonical, profileOf, randomStacks, stacksOf, type Stack } from '../support/stacks';
import { itDraws } from '../support/random';

const shape = { threads: 3, stacks: 40, depth: 6, functions: 12 };

interface Place {
  line?: number;
  thread?: string;
}

/** A stack of functions of one file, root first. */
function stack(path: string, hits: number, { line = 1, thread = '0 thread 0' }: Place = {}): Stack {
  return {
    thread,
    frames: path.split(' ').map((name) => ({ name, url: '/a.js', line, column: 1, kind: FrameKind.function })),
    hits,
    wall: hits * 1e6,
    cpu: 0,
    lines: new Map<number, number>(),
  };
}

function simple(counts: Record<string, number>, durationNanos = 1e9, line = 1): Profile {
  const stacks = Object.entries(counts).map(([path, hits]) => stack(path, hits, { line }));
  return profileOf(stacks, { threads: 1, durationNanos });
}

function byName(records: readonly DiffRecord[]): Record<string, DiffRecord> {
  return Object.fromEntries(records.map((each) => [each.name, each]));
}

describe('Profile.diff()', () => {
  itDraws('lays two profiles over each other and changes no count of either', (random) => {
    for (let count = 0; count < 40; count++) {
      const [one, two] = [randomStacks(random, shape), randomStacks(random, shape)];
      const diff = Profile.diff(profileOf(one, shape), profileOf(two, { ...shape, durationNanos: 3e9 }));
      checkValid(diff);
      assert.deepEqual(canonical(stacksOf(diff.before)), canonical(one));
      assert.deepEqual(canonical(stacksOf(diff.after)), canonical(two));
      assert.equal(diff.scale, 3);
      assert.equal(diff.normalisedBy, 'duration');
      const raw = Profile.diff(profileOf(one, shape), profileOf(two, shape), { normalise: false });
      checkValid(raw);
      const hits = (stacks: Stack[]): number => stacks.reduce((sum, each) => sum + each.hits, 0);
      assert.equal(raw.deltaSelfHits.reduce((sum, each) => sum + each, 0), hits(two) - hits(one));
      assert.equal(raw.normalisedBy, 'nothing');
    }
  });

  it('keeps threads that only one side has', () => {
    const before = profileOf([stack('a', 1, { thread: '0' })], { threads: 1, durationNanos: 5 });
    const after = profileOf([stack('a', 2, { thread: '1' })], { threads: 2, durationNanos: 7 });
    const diff = Profile.diff(before, after);
    checkValid(diff);
    assert.deepEqual(diff.before.threads.map((each) => each.durationNanos), [5, 0]);
    assert.deepEqual(diff.after.threads.map((each) => each.durationNanos), [7, 7]);
    assert.equal(diff.scale, 14 / 5);
  });

  it('is of equally many samples where durations are unknown', () => {
    const diff = Profile.diff(simple({ a: 10 }, 0), simple({ a: 20 }, 1e9));
    assert.deepEqual([diff.scale, diff.normalisedBy], [2, 'samples']);
    assert.deepEqual([...diff.deltaHits], [0, 0]);
    const empty = Profile.diff(simple({}, 0), simple({ a: 20 }, 0));
    assert.deepEqual([empty.scale, empty.normalisedBy], [1, 'nothing']);
    checkValid(empty);
  });

  it('finds a function again that moved within its file', () => {
    const diff = Profile.diff(simple({ 'main parse': 300, 'main render': 700 }), simple({ 'main parse': 300, 'main render': 700 }, 1e9, 40));
    checkValid(diff);
    const records = diff.functions();
    assert.deepEqual(records.map(({ name, line, delta }) => [name, line, delta]).sort(), [['main', 40, 0], ['parse', 40, 0], ['render', 40, 0]]);
  });

  it('takes functions of one name for one where their places have all changed, and only then', () => {
    const of = (...lines: [line: number, hits: number][]): Profile =>
      profileOf(lines.map(([line, hits]) => stack('(anonymous)', hits, { line })), { threads: 1 });
    const moved = Profile.diff(of([10, 5], [20, 7]), of([12, 6], [22, 8], [32, 1]));
    checkValid(moved);
    assert.deepEqual(moved.functions().map(({ line, before, after }) => [line, before.hits, after.hits]), [[12, 12, 15]]);
    const partly = Profile.diff(of([10, 5], [20, 7]), of([10, 6], [22, 8]));
    assert.deepEqual(
      partly.functions().map(({ line, before, after }) => [line, before.hits, after.hits]).sort(),
      [[10, 5, 6], [22, 7, 8]],
    );
    const added = Profile.diff(of([10, 5]), of([10, 6], [22, 8]));
    assert.deepEqual(
      added.functions().map(({ line, before, after }) => [line, before.hits, after.hits]).sort(),
      [[10, 5, 6], [22, 0, 8]],
    );
  });

  itDraws('compares the values that both have', (random) => {
    const stacks = randomStacks(random, shape);
    const diff = Profile.diff(profileOf(stacks, shape), profileOf(stacks, { ...shape, values: ['wall'] }));
    checkValid(diff);
    assert.deepEqual(diff.valueTypes.map(({ name }) => name), ['wall']);
    assert.ok(diff.functions().every(({ delta, after }) => delta === 0 && after.share > 0));
    assert.throws(() => diff.functions({ value: 'samples' }), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    assert.throws(
      () => Profile.diff(profileOf(stacks, { ...shape, values: ['cpu'] }), profileOf(stacks, { ...shape, values: ['wall'] })),
      { code: 'ERR_PROFILER_NOT_COMPARABLE' },
    );
  });

  it('keeps lines of both', () => {
    const lined = { ...stack('a', 5), lines: new Map([[3, 2], [1, 1]]) };
    const other = { ...stack('a', 9, { line: 2 }), lines: new Map([[4, 9]]) };
    const second = { ...stack('a', 7, { line: 5 }), lines: new Map([[3, 4]]) };
    const diff = Profile.diff(profileOf([lined, second], { threads: 1 }), profileOf([other], { threads: 1 }));
    checkValid(diff);
    const place = { name: 'a', url: '/a.js', line: 2 };
    assert.deepEqual(diff.before.lines(place).map(({ line, hits }) => [line, hits]), [[0, 5], [1, 1], [3, 6]]);
    assert.deepEqual(diff.after.lines(place).map(({ line, hits }) => [line, hits]), [[4, 9]]);
  });

  it('refuses what it cannot compare', () => {
    const profile = simple({ a: 1 });
    assert.throws(() => Profile.diff(profile, undefined as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /a Profile for profile 1/ });
    assert.throws(() => Profile.diff(profile, profile, { normalize: true } as never), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
    assert.throws(() => Profile.diff(profile, profile, { normalise: 1 } as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    assert.throws(() => Profile.diff(profile, profile.invert()), { code: 'ERR_PROFILER_NOT_COMPARABLE' });
  });
});

describe('ProfileDiff.functions()', () => {
  const diff = Profile.diff(
    simple({ main: 100, 'main parse': 200, 'main render': 700 }),
    simple({ main: 200, 'main parse': 800, 'main render': 1000 }, 2e9),
  );

  it('has shares before and after, their difference in points, and how sure it is', () => {
    const { main, parse, render } = byName(diff.functions()) as Record<'main' | 'parse' | 'render', DiffRecord>;
    assert.deepEqual([parse.before.share, parse.after.share], [20, 40]);
    assert.equal(Math.round(parse.delta * 1e9) / 1e9, 20);
    assert.ok(parse.deltaInterval.low > 15 && parse.deltaInterval.high < 24);
    assert.ok(parse.significant && parse.pValue < 1e-20);
    assert.ok(render.delta < -19 && render.significant);
    assert.deepEqual([main.before.share, main.after.share, main.delta, main.significant, main.pValue], [100, 100, 0, false, 1]);
    assert.deepEqual([main.selfDelta, main.selfSignificant], [0, false]);
    assert.deepEqual([parse.before.hits, parse.after.hits, parse.after.wallMillis], [200, 800, 800]);
  });

  it('sorts by the size of the difference, filters and limits', () => {
    const names = (options: Parameters<typeof diff.functions>[0]): string[] => diff.functions(options).map(({ name }) => name);
    assert.equal(names({})[2], 'main');
    assert.equal(names({ limit: 1 }).length, 1);
    assert.deepEqual(names({ filter: 'rend' }), ['render']);
    assert.deepEqual(names({ filter: /^(parse|main)$/, sort: 'self' }), ['parse', 'main']);
    assert.deepEqual(names({ value: 'wall', limit: 0 }), []);
  });

  it('corrects for how many are compared, which the limit does not change', () => {
    // One function moves by about 3 standard errors, a hundred others do not.
    const others = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${String(i)}`, 100]));
    const many = Profile.diff(simple({ ...others, x: 100 }), simple({ ...others, x: 146 }));
    const [first] = many.functions({ limit: 1, sort: 'self' });
    assert.equal(first?.name, 'x');
    assert.equal(first.significant, false);
    const [alone] = many.functions({ filter: /^x$/ });
    assert.equal(alone?.significant, true);
    assert.ok(Math.abs(first.pValue / alone.pValue - 101) < 1e-6);
  });

  itDraws('calls chance significant in at most about 5 % of comparisons', (random) => {
    const draw = (): Profile => {
      const counts: Record<string, number> = {};
      for (let i = 0; i < 1500; i++) {
        const name = `f${String(Math.floor(random.next() ** 2 * 25))}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return simple(counts);
    };
    let alarms = 0;
    for (let run = 0; run < 400; run++) {
      if (Profile.diff(draw(), draw()).functions({ sort: 'self' }).some((each) => each.selfSignificant)) alarms++;
    }
    // Of 400 comparisons, each with a chance of 5 %, 45 or more are significant less
    // than once in a million times.
    assert.ok(alarms < 45, String(alarms));
  });
});

describe('ProfileDiff.slower()', () => {
  const before = simple({ 'main parse': 200, 'main render': 800 });

  it('is empty when nothing got slower', () => {
    assert.deepEqual(Profile.diff(before, before).slower(), []);
    assert.deepEqual(Profile.diff(before, simple({ 'main parse': 205, 'main render': 795 })).slower({ points: 0 }), []);
    // Far apart, but of a few samples.
    assert.deepEqual(Profile.diff(simple({ a: 2, b: 3 }), simple({ a: 3, b: 2 })).slower(), []);
    assert.deepEqual(Profile.diff(simple({}), simple({})).slower(), []);
  });

  it('names what grew by more than the points, and significantly', () => {
    const diff = Profile.diff(before, simple({ 'main parse': 300, 'main render': 700 }));
    assert.deepEqual(diff.slower().map(({ name }) => name), ['parse']);
    assert.deepEqual(diff.slower({ points: 9.9, sort: 'self', value: 'wall' }).map(({ name }) => name), ['parse']);
    assert.deepEqual(diff.slower({ points: 10.1 }), []);
    assert.deepEqual(diff.slower({ filter: 'render' }), []);
  });

  it('refuses bad options', () => {
    const diff = Profile.diff(before, before);
    assert.throws(() => diff.slower({ points: -1 }), { code: 'ERR_PROFILER_OUT_OF_RANGE', message: /percentage points/ });
    assert.throws(() => diff.slower({ percent: 1 } as never), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
    assert.throws(() => diff.functions({ filter: 7 } as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
  });
});

describe('checkValid() of a diff', () => {
  it('finds sides that do not match, and wrong differences', () => {
    const diff = Profile.diff(simple({ a: 1 }), simple({ 'a b': 2 }));
    checkValid(diff);
    const forged = (change: object): never => Object.assign(Object.create(Object.getPrototypeOf(diff) as object), diff, change) as never;
    for (const change of [
      { after: simple({ a: 1 }) },
      { scale: 2 },
      { scale: NaN },
      { deltaHits: new Float64Array(diff.length) },
    ]) {
      assert.throws(() => checkValid(forged(change)), { code: 'ERR_PROFILER_INVALID_PROFILE' });
    }
  });
});
