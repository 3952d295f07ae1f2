import assert from 'node:assert/strict';

import { FrameKind, ProfilerError, SimpleLauncher, type LauncherOptions } from 'ox-profile';
import { burn, burnUntil } from '../support/burn';
import { runSource } from '../support/children';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof Error);
    return (error as Error & { code: string }).code;
  }
  return 'no error';
}

function hitsOf(launcher: SimpleLauncher): number {
  return launcher.query({ maxRecords: 0 }).samples;
}

describe('SimpleLauncher', () => {
  let launcher: SimpleLauncher;

  afterEach(() => {
    launcher.cancel();
  });

  it('is born paused and not alive, and counts nothing', () => {
    launcher = new SimpleLauncher();
    assert.equal(launcher.isPaused(), true);
    assert.equal(launcher.isAlive(), false);
    burn(30);
    assert.equal(hitsOf(launcher), 0);
  });

  it('is alive and paused after start()', () => {
    launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity });
    launcher.start();
    assert.equal(launcher.isAlive(), true);
    assert.equal(launcher.isPaused(), true);
    burn(30);
    assert.equal(hitsOf(launcher), 0);
  });

  it('samples after launch()', () => {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    assert.equal(launcher.isPaused(), false);
    burnUntil(() => hitsOf(launcher) >= 50);
    assert.ok(launcher.query().records.length > 0);
  });

  it('keeps the counts while paused, adds none, and goes on with them', () => {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    burnUntil(() => hitsOf(launcher) >= 50);
    launcher.pause();
    assert.equal(launcher.isPaused(), true);
    const { samples, durationMillis } = launcher.query();
    burn(1000);
    assert.equal(launcher.query().samples, samples);
    assert.equal(launcher.query().durationMillis, durationMillis);
    launcher.unpause();
    burnUntil(() => hitsOf(launcher) >= samples + 50);
  });

  it('can be paused and unpaused twice in a row', () => {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    launcher.unpause();
    launcher.pause();
    launcher.pause();
    assert.equal(launcher.isPaused(), true);
  });

  // While one profile of V8's takes over from another V8 may sample without a
  // pause: every time, if the signal were let through.
  it('seldom samples itself when it pauses and goes on', function () {
    if (process.platform === 'win32') this.skip();
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    const pauses = 100;
    for (let i = 0; i < pauses; i++) {
      launcher.pause();
      launcher.unpause();
      burn(3);
    }
    const { frames, frame, selfHits } = launcher.profile();
    const own = selfHits.filter((_, node) => frames.kind(frame[node] as number) === FrameKind.profiler);
    const hits = own.reduce((sum, more) => sum + more, 0);
    assert.ok(hits < pauses, `${String(hits)} samples of the profiler in ${String(pauses)} pauses`);
  });

  it('forgets everything on reset(), and goes on', () => {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    burnUntil(() => hitsOf(launcher) >= 100);
    launcher.reset();
    const { samples, records, durationMillis } = launcher.query();
    assert.ok(samples < 50, `${String(samples)} samples after reset()`);
    assert.ok(records.length < 20);
    assert.ok(durationMillis < 1000);
    burnUntil(() => hitsOf(launcher) >= 50);
  });

  it('ends for good on cancel(), also when paused, and twice', () => {
    launcher = new SimpleLauncher();
    launcher.start();
    launcher.cancel();
    launcher.cancel();
    assert.equal(launcher.isAlive(), false);
    assert.equal(launcher.isPaused(), true);
    for (const method of ['start', 'unpause', 'pause', 'reset', 'query', 'show', 'profile'] as const) {
      assert.equal(codeOf(() => launcher[method]()), 'ERR_PROFILER_CANCELLED', method);
    }
    assert.equal(codeOf(() => { launcher.setInterval(5); }), 'ERR_PROFILER_CANCELLED');
  });

  it('is cancelled by `using`', () => {
    {
      using scoped = SimpleLauncher.launch();
      launcher = scoped;
      assert.equal(launcher.isAlive(), true);
    }
    assert.equal(launcher.isAlive(), false);
  });

  it('has to be started before unpause(), and only once', () => {
    launcher = new SimpleLauncher();
    assert.equal(codeOf(() => { launcher.unpause(); }), 'ERR_PROFILER_NOT_STARTED');
    launcher.start();
    assert.equal(codeOf(() => { launcher.start(); }), 'ERR_PROFILER_ALREADY_STARTED');
  });

  it('is the only one started in the process, until it is cancelled', () => {
    launcher = SimpleLauncher.launch();
    const second = new SimpleLauncher();
    assert.throws(
      () => { second.start(); },
      (error: unknown) =>
        error instanceof ProfilerError &&
        error.code === 'ERR_PROFILER_IN_USE' &&
        error.message.includes('cancel()'),
    );
    launcher.cancel();
    second.start();
    second.unpause();
    launcher = second;
    burnUntil(() => hitsOf(launcher) > 0);
  });

  it('keeps the code logging that the first launcher of the thread chose', () => {
    launcher = new SimpleLauncher({ codeLogging: 'eager' });
    assert.equal(
      codeOf(() => new SimpleLauncher({ codeLogging: 'lazy' })),
      'ERR_PROFILER_CODE_LOGGING_FIXED',
    );
  });
});

describe('the options of SimpleLauncher', () => {
  const bad: [LauncherOptions | Record<string, unknown>, string, RegExp][] = [
    [{ intervalMillis: 0 }, 'ERR_PROFILER_OUT_OF_RANGE', /from 0\.1 to 10000 for intervalMillis.*received 0/],
    [{ intervalMillis: -1 }, 'ERR_PROFILER_OUT_OF_RANGE', /intervalMillis.*received -1/],
    [{ intervalMillis: NaN }, 'ERR_PROFILER_OUT_OF_RANGE', /intervalMillis.*received NaN/],
    [{ intervalMillis: 10_001 }, 'ERR_PROFILER_OUT_OF_RANGE', /intervalMillis.*received 10001/],
    [{ intervalMillis: '5' }, 'ERR_PROFILER_INVALID_ARG_TYPE', /number.*intervalMillis.*received '5' \(string\)/],
    [{ jitter: 2 }, 'ERR_PROFILER_OUT_OF_RANGE', /from 0 to 0\.5 for jitter.*received 2/],
    [{ maxNodes: 99 }, 'ERR_PROFILER_OUT_OF_RANGE', /maxNodes.*received 99/],
    [{ maxNodes: 1000.5 }, 'ERR_PROFILER_OUT_OF_RANGE', /whole number.*maxNodes/],
    [{ codeLogging: 'sometimes' }, 'ERR_PROFILER_INVALID_ARG_TYPE', /'eager' or 'lazy' for codeLogging/],
    [{ lateCode: true }, 'ERR_PROFILER_INVALID_ARG_TYPE', /'repair' or 'leave' for lateCode/],
    [{ interval: 10 }, 'ERR_PROFILER_UNKNOWN_OPTION', /intervalMillis.*received interval/],
  ];
  for (const [options, code, message] of bad) {
    it(`refuse ${JSON.stringify(options, (_key, value: unknown) => (Number.isNaN(value) ? 'NaN' : value))}`, () => {
      const make = (): unknown => new SimpleLauncher(options);
      assert.throws(make, { message });
      assert.equal(codeOf(make), code);
      const type = code === 'ERR_PROFILER_OUT_OF_RANGE' ? RangeError : TypeError;
      assert.throws(make, type);
    });
  }

  it('may be absent or undefined', () => {
    new SimpleLauncher(undefined).cancel();
    new SimpleLauncher({}).cancel();
    // @ts-expect-error A caller in JavaScript may do so.
    new SimpleLauncher({ jitter: undefined }).cancel();
    assert.equal(codeOf(() => new SimpleLauncher(null as never)), 'ERR_PROFILER_INVALID_ARG_TYPE');
  });
});

describe('SimpleLauncher.setInterval()', () => {
  it('changes the interval under load and loses no counts', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 10, maxOverhead: Infinity });
    try {
      burnUntil(() => hitsOf(launcher) >= 20);
      let before = hitsOf(launcher);
      for (const millis of [1, 5, 0.5, 20, 2]) {
        launcher.setInterval(millis);
        const after = hitsOf(launcher);
        assert.ok(after >= before, `${String(after)} after ${String(before)}`);
        burn(60);
        before = after;
      }
      assert.equal(launcher.profile().intervalMillis, 2);
    } finally {
      launcher.cancel();
    }
  });

  it('samples at about the interval asked for', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 20, maxOverhead: Infinity });
    try {
      burn(300);
      launcher.setInterval(2);
      launcher.reset();
      burnUntil(() => (launcher.tracker.stats()?.count ?? 0) >= 100);
      const mean = launcher.tracker.stats()?.mean ?? 0;
      // Jitter is a tenth; V8's sampler is late, on a busy machine by much.
      assert.ok(mean > 1.8 && mean < 10, String(mean));
    } finally {
      launcher.cancel();
    }
  });

  it('keeps the times of samples taken at the interval before', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 50, maxOverhead: Infinity });
    const seldom = (): number => burn(2000);
    const often = (): number => burn(200);
    try {
      seldom();
      launcher.setInterval(0.5);
      often();
      launcher.pause();
      const { records } = launcher.query({ filter: '^(seldom|often)$' });
      const millis = (name: string): number =>
        records.find((record) => record.name === name)?.wallMillis ?? 0;
      assert.ok(Math.abs(millis('seldom') - 2000) < 150, `${String(millis('seldom'))} of 2000 ms`);
      assert.ok(Math.abs(millis('often') - 200) < 150, `${String(millis('often'))} of 200 ms`);
    } finally {
      launcher.cancel();
    }
  });

  it('takes about as many samples as fit at a long interval', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 100, maxOverhead: Infinity, jitter: 0 });
    try {
      burn(3000);
      const { samples } = launcher.query();
      // V8's sampler is late, never early; none may go to the profiler's own.
      assert.ok(samples >= 24 && samples <= 31, `${String(samples)} of 30`);
      assert.ok(launcher.profile().sums.profilerSamples <= 2);
    } finally {
      launcher.cancel();
    }
  });

  it('refuses what the option refuses', () => {
    const launcher = new SimpleLauncher();
    assert.equal(codeOf(() => { launcher.setInterval(0); }), 'ERR_PROFILER_OUT_OF_RANGE');
    assert.equal(codeOf(() => { launcher.setInterval('5' as never); }), 'ERR_PROFILER_INVALID_ARG_TYPE');
    launcher.cancel();
  });
});

describe('threads that launch and cancel at the same time', () => {
  it('never take anything from each other', async () => {
    const ended = await runSource(`
      const { Worker } = require('node:worker_threads');
      const source = \`
        const { SimpleLauncher } = require('ox-profile');
        const burn = (millis) => {
          const end = performance.now() + millis;
          while (performance.now() < end);
        };
        for (let sampled = 0; sampled < 40; ) {
          const launcher = new SimpleLauncher({ intervalMillis: 0.5, maxOverhead: Infinity });
          try {
            launcher.start();
          } catch (error) {
            if (error.code !== 'ERR_PROFILER_IN_USE') throw error;
            continue;
          }
          launcher.unpause();
          burn(3);
          if (launcher.query().durationMillis < 1) throw new Error('it was not sampled');
          launcher.cancel();
          sampled++;
        }
      \`;
      for (let i = 0; i < 3; i++) new Worker(source, { eval: true });`);
    assert.deepEqual([ended.code, ended.signal, ended.stderr], [0, null, '']);
  });
});
