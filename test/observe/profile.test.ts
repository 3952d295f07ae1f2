import assert from 'node:assert/strict';

import { observe } from 'ox-profile/observe';

import { askedWhile, launch } from '../support/asked';

describe('observe().profile()', () => {
  for (const [what, block] of [
    ['an endless loop', 'while (!done());'],
    ['a long regular expression', 'while (!done()) /^(a+)+$/.test("a".repeat(21) + "b");'],
    ['Atomics.wait', 'Atomics.wait(flags, 1, 0);'],
  ] as const) {
    it(`has the samples of a thread in ${what}`, async () => {
      const { hits, seen } = await askedWhile<{ hits: number; seen: string[] | null }>(
        block,
        `return until(async () => {
          const profile = await o.profile({ timeoutMillis: 60000, thread: 'main' });
          const hits = profile.topFunctions({ filter: '^block$' })[0]?.hits ?? 0;
          return hits > 20 && { hits, seen: profile.threads[0].lastSeen?.map(({ name }) => name) ?? null };
        });`,
        launch,
      );
      assert.ok(hits > 20, String(hits));
      assert.equal(seen, null);
    });
  }

  it('gives the last counts of a thread in native code, and says so', async () => {
    const { hits, own, threads } = await askedWhile<{
      hits: number;
      own: number;
      threads: { name: string; ageNanos: number; lastSeen?: { name: string }[] }[];
    }>(
      `// Half of it is collecting garbage, which is no place to be seen in.
      let all = Array.from({ length: 2e5 }, (_, i) => ({ i }));
      flags[3] = workUntil(() => { all = all.map(({ i }) => ({ i })); }, () => {
        const hits = launcher.query({ filter: '^block$' }).records[0]?.hits ?? 0;
        return hits > 20 && hits;
      });
      while (!done()) stayInNativeCode();`,
      `const profile = await whileInNativeCode(
        () => o.profile({ timeoutMillis: 20 }),
        ({ threads }) => threads.find(({ name }) => name === 'main').lastSeen !== undefined,
      );
      return { hits: profile.topFunctions({ filter: '^block$' })[0]?.hits ?? 0, own: flags[3], threads: profile.threads };`,
      launch,
    );
    const seen = JSON.stringify({ hits, own, threads });
    assert.ok(hits >= own && own > 20, seen);
    const main = threads.find(({ name }) => name === 'main');
    assert.ok((main?.ageNanos ?? 0) > 0, seen);
    assert.ok(main?.lastSeen?.some(({ name }) => name === 'block'), seen);
    assert.equal(threads.find(({ name }) => name === 'observer')?.lastSeen, undefined, seen);
  });

  it('costs a thread no more when it is asked often while it is in native code', async () => {
    const { asked, drains } = await askedWhile<{ asked: number; drains: number }>(
      `while (!done()) {
        const before = launcher.stats().drains.count;
        stayInNativeCode();
        // By the number of the stay.
        flags[3 + flags[2] % 1000] = launcher.stats().drains.count - before;
      }`,
      `for (;;) {
        const stay = await stayInNativeCode();
        const asked = Array.from({ length: 50 }, () => o.profile({ timeoutMillis: 60000 }));
        // Else some were asked between two stays.
        const inOneStay = Atomics.load(flags, 2) === stay;
        await Promise.all(asked);
        if (inOneStay) return until(() => flags[2] > stay + 1 && { asked: asked.length, drains: flags[3 + (stay + 1) % 1000] });
      }`,
      `const launcher = SimpleLauncher.launch({ threads: 'main', intervalMillis: 2, maxOverhead: Infinity });`,
    );
    // One for all that asked, and those that come with time.
    assert.ok(drains >= 1 && drains < 10, `${String(drains)} drains, asked ${String(asked)} times`);
  });

  it('needs a launcher that is started', async () => {
    await assert.rejects(observe().profile(), { code: 'ERR_PROFILER_NOT_STARTED' });
  });
});
