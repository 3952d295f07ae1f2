import assert from 'node:assert/strict';

import { CountingRecorder, FrameKind, Profile, valueTypes } from 'ox-profile';
import { checkValid } from '../../dist/profile/check-valid';
import { Frames } from '../../dist/profile/frames';
import type { ProfileData } from '../../dist/profile/profile';

/** root -> a (1) -> b (2); root -> (idle) (5). */
function data(): ProfileData {
  return {
    frames: new Frames('(root)\0\0a\0b\0/x.js\0(idle)', {
      name: Uint32Array.of(0, 2, 3, 5),
      url: Uint32Array.of(1, 4, 4, 1),
      line: Uint32Array.of(0, 1, 9, 0),
      column: Uint32Array.of(0, 1, 2, 0),
      kind: Uint8Array.of(FrameKind.root, FrameKind.function, FrameKind.function, FrameKind.idle),
    }),
    threads: [{ id: 0, name: 'main', ended: false, firstNode: 0, durationNanos: 9e6, unattributedNanos: 0, ageNanos: 0 }],
    parent: Int32Array.of(-1, 0, 1, 0),
    frame: Uint32Array.of(0, 1, 2, 3),
    selfHits: Float64Array.of(0, 1, 2, 5),
    selfWallNanos: Float64Array.of(0, 1e6, 2e6, 6e6),
    selfCpuNanos: Float64Array.of(0, 1e6, 2e6, 0),
    lineNode: Uint32Array.of(1, 2),
    lineNumber: Uint32Array.of(3, 10),
    lineHits: Float64Array.of(1, 1),
    startMillis: 0,
    intervalMillis: 1,
    realInterval: null,
    dropped: 0,
  };
}

describe('Profile', () => {
  it('sums up from leaves to roots', () => {
    const profile = new Profile(data());
    assert.deepEqual([...profile.hits], [8, 3, 2, 5]);
    assert.deepEqual([...profile.wallNanos], [9e6, 3e6, 2e6, 6e6]);
    assert.deepEqual([...profile.thread], [0, 0, 0, 0]);
    checkValid(profile);
    const { samples, idleSamples, idleMillis, durationMillis } = profile.sums;
    assert.deepEqual([samples, idleSamples, idleMillis, durationMillis], [3, 5, 6, 9]);
  });

  it('is walked depth first, with depths', () => {
    const profile = new Profile(data());
    assert.deepEqual([...profile.walk()], [0, 1, 2, 3]);
    assert.deepEqual([...profile.depth], [0, 1, 2, 1]);
  });

  it('has top functions with times in milliseconds', () => {
    const [a, b, ...none] = new Profile(data()).topFunctions();
    assert.deepEqual(none, []);
    assert.deepEqual(
      [a?.name, a?.line, a?.hits, a?.selfHits, a?.wallMillis, a?.selfWallMillis, a?.cpuMillis],
      ['a', 1, 3, 1, 3, 1, 3],
    );
    assert.deepEqual([b?.name, b?.hits], ['b', 2]);
  });

  it('refuses bad options for top functions, and a pattern with a memory does no harm', () => {
    const profile = new Profile(data());
    assert.throws(() => profile.topFunctions({ limit: -1 }), { code: 'ERR_PROFILER_OUT_OF_RANGE' });
    assert.throws(() => profile.topFunctions({ top: 1 } as never), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
    assert.equal(profile.topFunctions({ filter: /a|b/g }).length, 2);
  });

  it('does not change', () => {
    const profile = new Profile(data());
    assert.throws(() => {
      (profile as { dropped: number }).dropped = 7;
    }, TypeError);
    assert.throws(() => {
      (profile.sums as { samples: number }).samples = 7;
    }, TypeError);
  });
});

describe('checkValid()', () => {
  const broken: [string, (data: ProfileData) => Partial<ProfileData>][] = [
    ['a column of another length', () => ({ selfHits: new Float64Array(3) })],
    ['a frame that does not exist', () => ({ frame: Uint32Array.of(0, 1, 9, 3) })],
    ['a parent behind its child', () => ({ parent: Int32Array.of(-1, 2, 0, 0) })],
    ['nodes that are not depth first', () => ({ parent: Int32Array.of(-1, 0, 0, 1) })],
    ['a second root', () => ({ parent: Int32Array.of(-1, 0, 1, -1) })],
    ['negative hits', () => ({ selfHits: Float64Array.of(0, -1, 2, 5) })],
    ['hits that are no number', () => ({ selfHits: Float64Array.of(0, NaN, 2, 5) })],
    ['a frame that is there twice', ({ frames }) => ({
      frames: new Frames(frames.strings, { ...frames.columns, name: Uint32Array.of(0, 2, 2, 5), line: Uint32Array.of(0, 1, 1, 0), column: Uint32Array.of(0, 1, 1, 0) }),
    })],
    ['a thread of negative duration', ({ threads }) => ({ threads: threads.map((each) => ({ ...each, durationNanos: -1 })) })],
    ['counts of a value that was not measured', () => ({ valueTypes: valueTypes.filter(({ name }) => name !== 'cpu') })],
    ['no value at all', () => ({ valueTypes: [] })],
    ['lines in an inverted tree', () => ({ inverted: true })],
    ['an interval that is no number', () => ({ intervalMillis: NaN })],
    ['fewer than no samples dropped', () => ({ dropped: -1 })],
    ['real intervals without one', () => ({ realInterval: { count: 0, mean: 1, stdev: 0 } })],
    ['a thread without a root', ({ threads }) => ({ threads: [...threads, { id: 1, name: 'w', ended: false, firstNode: 2, durationNanos: 0, unattributedNanos: 0, ageNanos: 0 }] })],
  ];
  for (const [what, change] of broken) {
    it(`finds ${what}`, () => {
      const original = data();
      assert.throws(() => { checkValid(new Profile({ ...original, ...change(original) })); }, {
        code: 'ERR_PROFILER_INVALID_PROFILE',
      });
    });
  }
});

describe('Profile.toCollapsed()', () => {
  it('has a line for each stack with hits, root first', () => {
    assert.equal(new Profile(data()).toCollapsed(), 'a (/x.js:1) 1\na (/x.js:1);b (/x.js:9) 2\n(idle) 5\n');
  });

  it('keeps names from breaking the format', () => {
    const recorder = new CountingRecorder();
    recorder.record([{ name: 'a;b' }, { name: 'c\nd 12' }]);
    assert.equal(recorder.profile().toCollapsed(), 'a:b;c d 12 1\n');
  });

  it('adds up to the samples', () => {
    const recorder = new CountingRecorder();
    for (let i = 0; i < 50; i++) recorder.record([{ name: 'main' }, { name: `f${String(i % 3)}` }]);
    const sum = recorder
      .profile()
      .toCollapsed()
      .trimEnd()
      .split('\n')
      .reduce((hits, line) => hits + Number(/ (\d+)$/.exec(line)?.[1]), 0);
    assert.equal(sum, 50);
  });

  it('is empty for an empty profile', () => {
    assert.equal(new CountingRecorder().profile().toCollapsed(), '');
  });
});
