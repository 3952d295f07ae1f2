import assert from 'node:assert/strict';

import { CountingRecorder } from 'ox-profile';
import { checkValid } from '../../dist/profile/check-valid';

describe('CountingRecorder', () => {
  it('counts names and stacks', () => {
    const recorder = new CountingRecorder();
    recorder.record('alone');
    recorder.record([{ name: 'a' }, { name: 'b', url: '/b.js', line: 2, column: 3 }]);
    const { records } = recorder.query();
    const b = records.find(({ name }) => name === 'b');
    assert.deepEqual({ url: b?.url, line: b?.line, column: b?.column }, { url: '/b.js', line: 2, column: 3 });
    assert.equal(recorder.query().samples, 2);
    checkValid(recorder.profile());
  });

  it('forgets on reset()', () => {
    const recorder = new CountingRecorder();
    recorder.record('a');
    recorder.reset();
    assert.equal(recorder.query().samples, 0);
    recorder.record('b');
    assert.deepEqual(recorder.query().records.map(({ name }) => name), ['b']);
  });

  it('keeps names as they are: empty, long, odd, with NUL, not well-formed', () => {
    const recorder = new CountingRecorder();
    const names = ['x'.repeat(4096), 'ünïcödé 関数 👩‍👧', '__proto__', 'constructor', 'a;b c 12', '<img src=x>'];
    for (const name of names) recorder.record(name);
    recorder.record('nul\0nul');
    recorder.record('\ud800 lone');
    recorder.record('');
    const found = recorder.query({ maxRecords: Infinity }).records.map(({ name }) => name);
    for (const name of [...names, 'nul\ufffdnul', '(anonymous)']) assert.ok(found.includes(name), name.slice(0, 40));
    assert.equal(found.length, names.length + 3);
    recorder.reset();
    recorder.record('y'.repeat(1 << 20));
    assert.equal(recorder.query().records[0]?.name, 'y'.repeat(4096));
    assert.match(recorder.show(), /y…y/);
    checkValid(recorder.profile());
  });

  it('does not take a name for a state of the thread', () => {
    const recorder = new CountingRecorder();
    recorder.record('(idle)');
    assert.deepEqual(recorder.query().records.map(({ name }) => name), ['(idle)']);
    assert.equal(recorder.query().idleSamples, 0);
  });

  it('counts what no longer fits as truncated and dropped, and loses nothing', () => {
    const recorder = new CountingRecorder({ maxNodes: 100 });
    for (let i = 0; i < 1000; i++) recorder.record([{ name: 'main' }, { name: `f${String(i)}` }]);
    for (let i = 0; i < 10; i++) recorder.record([{ name: 'main' }, { name: 'f0' }]);
    const { samples, droppedSamples, records } = recorder.query({ includeSystem: true, maxRecords: Infinity });
    assert.equal(samples, 1010);
    assert.equal(droppedSamples, 901);
    assert.equal(records.find(({ name }) => name === '(truncated)')?.selfHits, 901);
    assert.equal(records.find(({ name }) => name === 'f0')?.hits, 11);
    const profile = recorder.profile();
    checkValid(profile);
    assert.ok(profile.length <= 110 && profile.frames.length <= 110);
  });

  it('takes a stack 20 000 deep and 100 000 stacks side by side', () => {
    const deep = new CountingRecorder();
    const stack = Array.from({ length: 20_000 }, (_, i) => ({ name: `f${String(i % 7)}` }));
    deep.record(stack);
    assert.equal(deep.query().records.find(({ name }) => name === 'f3')?.hits, 1);
    checkValid(deep.profile());
    const wide = new CountingRecorder({ maxNodes: 200_000 });
    for (let i = 0; i < 100_000; i++) wide.record([{ name: 'main' }, { name: `f${String(i)}` }]);
    assert.equal(wide.query().totalRecords, 100_001);
    assert.equal(wide.query().droppedSamples, 0);
    checkValid(wide.profile());
  });

  it('refuses what is no stack', () => {
    const recorder = new CountingRecorder();
    for (const stack of [7, null, {}, [], new Array(3), [{ url: 'x' }], [7], [{ name: 'a', line: -1 }], [{ name: 'a', url: 1 }]]) {
      assert.throws(() => { recorder.record(stack as never); }, /Expected/);
    }
    assert.equal(recorder.query().samples, 0);
    assert.throws(() => new CountingRecorder({ maxNodes: 1 }), { code: 'ERR_PROFILER_OUT_OF_RANGE' });
  });
});
