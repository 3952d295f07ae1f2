import assert from 'node:assert/strict';

import { CountingRecorder, Sampler, type Frame } from 'ox-profile';

describe('Sampler.run()', () => {
  it("records the caller's stack, as ox_profile's example does", () => {
    const recorder = new CountingRecorder();
    const sampler = new Sampler(recorder);
    function foo(): string {
      sampler.run();
      return 'done';
    }
    assert.equal(foo(), 'done');
    const { records, samples } = recorder.query({ sort: 'self' });
    assert.equal(samples, 1);
    const [leaf] = records;
    assert.deepEqual([leaf?.name, leaf?.selfHits], ['foo', 1]);
    assert.match(leaf?.url ?? '', /sampler\.test/);
  });

  it('counts a function once however many of its lines are on the stack', () => {
    const recorder = new CountingRecorder();
    const sampler = new Sampler(recorder);
    function again(depth: number): void {
      if (depth === 0) sampler.run();
      else if (depth % 2 === 0) again(depth - 1);
      else again(depth - 1);
    }
    again(5);
    again(2);
    const record = recorder.query().records.find(({ name }) => name === 'again');
    assert.deepEqual([record?.hits, record?.selfHits], [2, 2]);
  });

  it('names the stack another way when told how', () => {
    const recorder = new CountingRecorder();
    const stacks: (readonly Frame[])[] = [];
    const byLine = new Sampler(recorder, {
      measure: (stack) => {
        stacks.push(stack);
        const leaf = stack[stack.length - 1];
        return `${leaf?.name ?? ''} in line ${String(leaf?.line)}`;
      },
    });
    function foo(): void {
      byLine.run();
    }
    foo();
    assert.match(recorder.query().records[0]?.name ?? '', /^foo in line \d+$/);
    assert.ok((stacks[0]?.length ?? 0) > 1);
  });

  it('records nothing when the measure gives null', () => {
    const recorder = new CountingRecorder();
    new Sampler(recorder, { measure: () => null }).run();
    assert.equal(recorder.query().samples, 0);
  });

  it('refuses other recorders and options', () => {
    assert.throws(() => new Sampler({} as never), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    const recorder = new CountingRecorder();
    assert.throws(() => new Sampler(recorder, { measure: 1 as never }), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    assert.throws(() => new Sampler(recorder, { tool: 1 } as never), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
  });
});
