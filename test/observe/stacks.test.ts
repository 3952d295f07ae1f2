import assert from 'node:assert/strict';

import { observe } from 'ox-profile/observe';

import { askedWhile, launch } from '../support/asked';

interface Stack {
  id: number;
  name: string;
  state: string;
  stack: { name: string; line: number; url: string }[];
  lastSeen: { name: string }[];
  lastSeenAgeMillis: number | null;
}

/** For the worker: asks while the main thread is in native code. */
const stacksInNativeCode = `whileInNativeCode(
  () => o.stacks({ timeoutMillis: 20 }),
  (stacks) => stacks.find(({ name }) => name === 'main').state !== 'running',
)`;

describe('observe().stacks()', () => {
  it('names what a thread does in an endless loop, with file and line', async () => {
    const stacks = await askedWhile<Stack[]>(
      'while (!done()) inner(); function inner() { for (let i = 0; i < 1e4; i++); }',
      'return o.stacks({ timeoutMillis: 60000 });',
    );
    const seen = JSON.stringify(stacks);
    const main = stacks.find(({ name }) => name === 'main');
    assert.equal(main?.state, 'running', seen);
    assert.ok(main.stack.some(({ name }) => name === 'block'), seen);
    assert.ok(main.stack.every(({ line, url }) => line > 0 && url !== ''), seen);
    assert.equal(stacks.find(({ id }) => id === 1)?.state, 'running', seen);
  });

  it('names what a thread does in Atomics.wait', async () => {
    const stacks = await askedWhile<Stack[]>(
      // Between the flag that says that it has begun and the wait there is no place
      // where V8 would answer.
      'Atomics.wait(flags, 1, 0);',
      'return o.stacks({ timeoutMillis: 60000 });',
    );
    assert.equal(stacks.find(({ name }) => name === 'main')?.stack[0]?.name, 'block', JSON.stringify(stacks));
  });

  it('tells a thread that waits for events', async () => {
    const main = await askedWhile<Stack>(
      '',
      `return until(async () => (await o.stacks({ timeoutMillis: 60000 }))
        .find(({ name, state }) => name === 'main' && state !== 'running'));`,
    );
    assert.deepEqual([main.state, main.stack], ['waiting', []]);
  });

  it('tells of a thread in native code when it was last heard of, and where', async () => {
    const stacks = await askedWhile<Stack[]>(
      `workUntil(function before() { for (let i = 0; i < 1e6; i++); },
        () => launcher.query({ filter: '^before$' }).records[0]?.hits > 20);
      while (!done()) stayInNativeCode();`,
      `return ${stacksInNativeCode};`,
      launch,
    );
    const seen = JSON.stringify(stacks);
    const main = stacks.find(({ name }) => name === 'main');
    assert.equal(main?.state, 'native', seen);
    assert.deepEqual(main.stack, []);
    assert.ok((main.lastSeenAgeMillis ?? 0) > 0, seen);
    assert.ok(main.lastSeen.some(({ name }) => name === 'block'), seen);
  });

  it('tells no age where there are no counts yet', async () => {
    const [main] = await askedWhile<Stack[]>(
      // So far apart that no sample comes, whenever this thread gets a core.
      `while (!done()) {
        const launcher = SimpleLauncher.launch({ intervalMillis: 10000 });
        stayInNativeCode();
        launcher.cancel();
      }`,
      `return (await ${stacksInNativeCode}).filter(({ id }) => id === 0);`,
    );
    assert.deepEqual([main?.state, main?.lastSeenAgeMillis], ['native', null]);
  });

  it('answers in the thread itself, without a launcher', async () => {
    const stacks = await observe().stacks();
    const main = stacks.find(({ id }) => id === 0);
    assert.ok(main?.stack.some(({ url }) => url.includes('observe')), JSON.stringify(stacks));
  });

  it('refuses bad options', async () => {
    await assert.rejects(observe().stacks({ timeoutMillis: 0 }), { code: 'ERR_PROFILER_OUT_OF_RANGE' });
    await assert.rejects(observe().stacks({ timeout: 1 } as object), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
  });
});
