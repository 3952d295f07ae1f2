import assert from 'node:assert/strict';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';

import { FrameKind, ProfilerError, SimpleLauncher, type LauncherOptions } from 'ox-profile';
import { burn, burnUntil } from '../support/burn';
import { assertEnded, runSource, waits } from '../support/children';
import { checkValid } from '../../dist/profile/check-valid';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof Error);
    return (error as Error & { code: string }).code;
  }
  return 'no error';
}

/** Work that brings a running launcher samples: of CPU, as only a thread that
 * gets a core is sampled. */
function burnCpu(millis: number): void {
  const began = process.cpuUsage().user;
  do burn(1);
  while (process.cpuUsage().user - began < millis * 1000);
}

/** What no interval between two samples was longer than, in milliseconds. */
function longestInterval(launcher: SimpleLauncher): number {
  const stats = launcher.tracker.stats();
  assert.ok(stats !== null);
  // One that lies so far from the mean is all of the deviation.
  return stats.mean + stats.stdev * Math.sqrt(stats.count);
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
    burnCpu(50);
    assert.equal(hitsOf(launcher), 0);
  });

  it('is alive and paused after start()', () => {
    launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity });
    launcher.start();
    assert.equal(launcher.isAlive(), true);
    assert.equal(launcher.isPaused(), true);
    burnCpu(50);
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
    // V8's profiler takes samples meanwhile, a few a second.
    burnCpu(600);
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

  // While one profile of V8's takes over from another V8 may sample every few
  // microseconds (native/sampling_signal.h), and its threads take a last sample when
  // they leave. None of that is the program's.
  it('takes no sample of itself', function () {
    if (process.platform === 'win32') this.skip();
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    const pauses = 100;
    for (let i = 0; i < pauses; i++) {
      launcher.pause();
      launcher.unpause();
      const before = hitsOf(launcher);
      burnUntil(() => hitsOf(launcher) > before);
    }
    const { frames, frame, selfHits } = launcher.profile();
    const own = selfHits.filter((_, node) => frames.kind(frame[node] as number) === FrameKind.profiler);
    const hits = own.reduce((sum, more) => sum + more, 0);
    assert.equal(hits, 0);
    assert.ok(hitsOf(launcher) >= pauses, `${String(hitsOf(launcher))} samples of the program`);
  });

  it('forgets everything on reset(), and goes on', () => {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    const hitsBefore = (): number =>
      launcher.query({ filter: '^beforeReset$' }).records[0]?.hits ?? 0;
    function beforeReset(): void {
      burnUntil(() => hitsOf(launcher) >= 100);
    }
    beforeReset();
    assert.ok(hitsBefore() > 50);
    const began = performance.now();
    launcher.reset();
    const { samples, durationMillis } = launcher.query();
    const sinceMillis = performance.now() - began;
    assert.equal(hitsBefore(), 0);
    assert.ok(durationMillis <= sinceMillis, `${String(durationMillis)} of ${String(sinceMillis)} ms`);
    // Jitter is a tenth; V8 may take one sample more with each profile it begins.
    assert.ok(samples <= sinceMillis / 0.9 + 4, `${String(samples)} samples after reset()`);
    checkValid(launcher.profile());
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
        burnUntil(() => hitsOf(launcher) > after + 2);
        before = after;
      }
      assert.equal(launcher.profile().intervalMillis, 2);
    } finally {
      launcher.cancel();
    }
  });

  it('samples at the interval asked for, or later', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 20, maxOverhead: Infinity });
    const taken = (): number => launcher.stats().samples.taken;
    const meanOf = (count: number): number => {
      launcher.reset();
      for (;;) {
        // To ask the tracker ends an interval, so that is not done all the time.
        const before = taken();
        burnUntil(() => taken() >= before + count);
        const stats = launcher.tracker.stats();
        if (stats !== null && stats.count >= count) return stats.mean;
      }
    };
    try {
      // Jitter is a tenth, and V8's sampler is never early.
      const long = meanOf(20);
      assert.ok(long > 18 * 0.9, String(long));
      launcher.setInterval(2);
      const short = meanOf(100);
      assert.ok(short > 1.8 * 0.9, String(short));
      // It may be late, where the process gets no core by much; not always.
      burnUntil(() => meanOf(5) < 10);
    } finally {
      launcher.cancel();
    }
  });

  it('keeps the times of samples taken at the interval before', () => {
    const launcher = SimpleLauncher.launch({ intervalMillis: 50, maxOverhead: Infinity });
    // The last of these are not yet drained when the interval changes.
    const seldom = (): number => burn(1500);
    const often = (): number => burn(300);
    try {
      const began = performance.now();
      seldom();
      const between = performance.now();
      launcher.setInterval(0.5);
      often();
      const truth = { seldom: between - began, often: performance.now() - between };
      launcher.pause();
      const { records } = launcher.query({ filter: '^(seldom|often)$' });
      // Where one ends and the other begins lies between two samples.
      const bound = longestInterval(launcher);
      for (const name of ['seldom', 'often'] as const) {
        const millis = records.find((record) => record.name === name)?.wallMillis ?? 0;
        assert.ok(
          Math.abs(millis - truth[name]) < bound,
          `${name}: ${String(millis)} of ${String(truth[name])} ms, within ${String(bound)}`,
        );
      }
    } finally {
      launcher.cancel();
    }
  });

  it('takes about as many samples as fit at a long interval', async () => {
    // A thread that sleeps as V8's does, and is held up as it is.
    const ticks = new Int32Array(new SharedArrayBuffer(8));
    const clock = new Worker(
      `const ticks = require('node:worker_threads').workerData;
      while (Atomics.wait(ticks, 1, 0, 100) === 'timed-out') Atomics.add(ticks, 0, 1);`,
      { eval: true, workerData: ticks },
    );
    await once(clock, 'online');
    const launcher = SimpleLauncher.launch({
      intervalMillis: 100,
      maxOverhead: Infinity,
      jitter: 0,
      threads: 'main',
    });
    try {
      const began = performance.now();
      const first = Atomics.load(ticks, 0);
      burnUntil(() => Atomics.load(ticks, 0) >= first + 25);
      const { samples } = launcher.query();
      const fit = (performance.now() - began) / 100;
      // V8's sampler is late, never early; none may go to the profiler's own.
      assert.ok(samples >= 20 && samples <= fit + 1, `${String(samples)} of ${String(fit)}`);
      assert.ok(launcher.profile().sums.profilerSamples <= 2);
    } finally {
      launcher.cancel();
      Atomics.store(ticks, 1, 1);
      Atomics.notify(ticks, 1);
      await once(clock, 'exit');
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
        ${waits}
        const { SimpleLauncher } = require('ox-profile');
        for (let sampled = 0; sampled < 40; ) {
          const launcher = new SimpleLauncher({ intervalMillis: 0.5, maxOverhead: Infinity });
          try {
            launcher.start();
          } catch (error) {
            if (error.code !== 'ERR_PROFILER_IN_USE') throw error;
            continue;
          }
          launcher.unpause();
          const began = performance.now();
          workUntil(() => JSON.parse('[1, 2, 3]'), () => performance.now() - began > 2);
          const least = performance.now() - began;
          if (launcher.query().durationMillis < least) throw new Error('it was not sampled');
          workUntil(() => JSON.parse('[1, 2, 3]'), () => launcher.query().samples > 0);
          launcher.cancel();
          sampled++;
        }
      \`;
      for (let i = 0; i < 3; i++) new Worker(source, { eval: true });`);
    assertEnded(ended, { stderr: '' });
  });
});
