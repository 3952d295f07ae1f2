import assert from 'node:assert/strict';

import { CountingRecorder, SimpleLauncher } from 'ox-profile';
import { checkValid } from '../../dist/profile/check-valid';
import { burn, burnUntil } from '../support/burn';

function recorded(): CountingRecorder {
  const recorder = new CountingRecorder();
  for (let i = 0; i < 3; i++) recorder.record([{ name: 'main' }, { name: 'parse', url: '/app/parse.js', line: 7 }]);
  for (let i = 0; i < 2; i++) recorder.record([{ name: 'main' }, { name: 'render' }, { name: 'parse', url: '/app/parse.js', line: 7 }]);
  recorder.record([{ name: 'main' }, { name: 'render' }]);
  return recorder;
}

describe('query()', () => {
  it('counts hits of samples that contain a function, and of those it is the leaf of', () => {
    const { records, totalRecords, samples } = recorded().query();
    assert.equal(samples, 6);
    assert.equal(totalRecords, 3);
    assert.deepEqual(
      records.map(({ name, hits, selfHits }) => [name, hits, selfHits]),
      [['main', 6, 0], ['parse', 5, 5], ['render', 3, 1]],
    );
  });

  it('sorts by self hits when asked', () => {
    const { records } = recorded().query({ sort: 'self' });
    assert.deepEqual(records.map(({ name }) => name), ['parse', 'render', 'main']);
  });

  it('counts a recursive function once per sample', () => {
    const recorder = new CountingRecorder();
    recorder.record([{ name: 'a' }, { name: 'b' }, { name: 'a' }, { name: 'b' }, { name: 'a' }]);
    const { records } = recorder.query();
    assert.deepEqual(records.map(({ name, hits, selfHits }) => [name, hits, selfHits]), [['a', 1, 1], ['b', 1, 0]]);
  });

  it('gives ten records unless asked for more, and says of how many', () => {
    const recorder = new CountingRecorder();
    for (let i = 0; i < 25; i++) recorder.record(`function ${String(i)}`);
    assert.equal(recorder.query().records.length, 10);
    assert.equal(recorder.query().totalRecords, 25);
    assert.equal(recorder.query({ maxRecords: Infinity }).records.length, 25);
    assert.equal(recorder.query({ maxRecords: 0 }).records.length, 0);
  });

  it('filters by name and by place, with a pattern or its source', () => {
    const recorder = recorded();
    const names = (filter: RegExp | string): string[] => recorder.query({ filter }).records.map(({ name }) => name);
    assert.deepEqual(names(/^(main|render)$/), ['main', 'render']);
    assert.deepEqual(names('^par'), ['parse']);
    assert.deepEqual(names('/app/parse\\.js:7'), ['parse']);
    // A pattern with a memory would skip every other match.
    assert.deepEqual(names(/m|r/g), ['main', 'parse', 'render']);
    assert.deepEqual(names('no such thing'), []);
  });

  it('keeps states apart from functions', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    try {
      burnUntil(() => launcher.query().samples >= 50);
      const names = (includeSystem: boolean): string[] =>
        launcher.query({ includeSystem, maxRecords: Infinity }).records.map(({ name }) => name);
      assert.ok(names(true).includes('(profiler)'));
      for (const name of names(false)) {
        assert.doesNotMatch(name, /^\((root|idle|program|garbage collector|profiler|truncated)\)$/);
      }
      assert.ok(!names(true).includes('(root)'));
    } finally {
      launcher.cancel();
    }
  });

  const bad: [Record<string, unknown>, string][] = [
    [{ maxRecords: -1 }, 'ERR_PROFILER_OUT_OF_RANGE'],
    [{ maxRecords: 1.5 }, 'ERR_PROFILER_OUT_OF_RANGE'],
    [{ maxRecords: '3' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
    [{ filter: '(' }, 'ERR_PROFILER_INVALID_FILTER'],
    [{ filter: 7 }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
    [{ sort: 'name' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
    [{ includeSystem: 1 }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
    [{ max: 3 }, 'ERR_PROFILER_UNKNOWN_OPTION'],
  ];
  for (const [options, code] of bad) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => recorded().query(options), { code });
    });
  }
});

describe('query() of a launcher', () => {
  it('ranks natively as the profile model does', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });
    try {
      const again = (depth: number): unknown => (depth > 0 ? again(depth - 1) : JSON.parse('[[1], [2]]'));
      burnUntil(() => {
        for (let i = 0; i < 200; i++) again(i % 20);
        return launcher.query().samples >= 300;
      });
      launcher.pause();
      for (const sort of ['total', 'self'] as const) {
        for (const includeSystem of [false, true]) {
          for (const maxRecords of [0, 3, Infinity]) {
            const options = { sort, includeSystem, maxRecords };
            // A filter makes it look at every name, in JavaScript.
            assert.deepEqual(launcher.query(options), launcher.query({ ...options, filter: '' }));
          }
        }
      }
    } finally {
      launcher.cancel();
    }
  });
});

describe('query() of a running launcher', () => {
  it('answers a thousand times under load; counts never fall, sums add up', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    try {
      burnUntil(() => launcher.query().records.length > 0);
      let last = launcher.query();
      for (let i = 0; i < 1000 || last.samples <= 300; i++) {
        burn(1);
        const now = launcher.query({ maxRecords: 3 });
        assert.ok(now.records.length > 0);
        assert.ok(now.samples >= last.samples);
        assert.ok(now.durationMillis >= last.durationMillis);
        last = now;
      }
      const profile = launcher.profile();
      checkValid(profile);
      const wall = profile.selfWallNanos.reduce((sum, each) => sum + each, 0) / 1e6;
      const { durationMillis, unattributedMillis } = profile.sums;
      assert.ok(
        Math.abs((wall + unattributedMillis) / durationMillis - 1) < 0.01,
        `${String(wall)} of ${String(durationMillis)} ms`,
      );
    } finally {
      launcher.cancel();
    }
  });
});
