import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

// The module object itself, whose property is replaced.
// eslint-disable-next-line @typescript-eslint/no-require-imports
import workerThreads = require('node:worker_threads');

import { ProfilerError, type Profile } from 'ox-profile';
import { carried, errorOf } from '../../dist/export/carried-error';
import { Encoder } from '../../dist/export/encoder';
import { packWhole, unpackWhole } from '../../dist/export/packed';
import { checkValid } from '../../dist/profile/check-valid';
import { hookWorkers, unhookWorkers } from '../../dist/threads/worker-hook';
import { Frames } from '../../dist/profile/frames';
import { accountOf, assertEnded, jsonOf, runNode, runSource } from '../support/children';
import { frameAt, profileOf } from '../support/hits';

const profile = profileOf(
  [
    { stack: [frameAt('/x.js', 1, 1, 'a')], line: 2, hits: 3 },
    { stack: [frameAt('/x.js', 1, 1, 'a'), frameAt('/y.js', 9, 2, 'b\ud800 ü')], line: 10 },
  ],
  [frameAt('/x.js', 1, 1, 'a')],
);

function wide(): Profile {
  return profileOf(
    Array.from({ length: 50_000 }, (_, index) => ({
      stack: [frameAt(`/${String(index % 300)}.js`, 1 + index, 1, `f${String(index)}`)],
      line: index + 2,
    })),
  );
}

const work = { format: 'collapsed', options: {}, sourceMaps: undefined } as const;

describe('Profile.encode()', () => {
  it('gives what encodeSync() gives, as bytes of their own', async () => {
    const bytes = await profile.encode('collapsed');
    assert.equal(Buffer.from(bytes).toString(), 'a (/x.js:1) 3\na (/x.js:1);b\ufffd ü (/y.js:9) 1\n');
    assert.deepEqual(bytes, profile.encodeSync('collapsed'));
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.equal(bytes.byteLength, bytes.buffer.byteLength);
  });

  it('leaves the profile as it was, and gives the same bytes again', async () => {
    const large = wide();
    const before = large.toCollapsed();
    const first = await large.encode('collapsed');
    checkValid(large);
    assert.equal(large.toCollapsed(), before);
    assert.equal(Buffer.from(first).toString(), before);
    assert.deepEqual(await large.encode('collapsed'), first);
  });

  it('gives no bytes for nothing', async () => {
    assert.equal((await profileOf([]).encode('collapsed')).length, 0);
  });

  it('takes several at a time', async () => {
    const all = [profile, wide(), profile];
    const bytes = await Promise.all(all.map((each) => each.encode('collapsed')));
    assert.deepEqual(bytes, all.map((each) => each.encodeSync('collapsed')));
  });

  const refused: [string, unknown[], object][] = [
    ['a format that does not exist', ['gif'], { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /'collapsed'.*for format but received 'gif'/ }],
    ['a name that every object has', ['constructor'], { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE' }],
    ['no format', [], { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /for format but received undefined/ }],
    ['an option that does not exist', ['collapsed', { size: 1 }], { name: 'TypeError', code: 'ERR_PROFILER_UNKNOWN_OPTION', message: /received size/ }],
    ['options that are none', ['collapsed', 7], { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE' }],
    ['sourceMaps of another type', ['collapsed', { sourceMaps: 'dist' }], { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /for sourceMaps but received 'dist'/ }],
    ['onWarning of another type', ['collapsed', { onWarning: 1 }], { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /for onWarning/ }],
  ];
  for (const [what, args, error] of refused) {
    it(`refuses ${what}, as encodeSync() does`, async () => {
      const call = args as Parameters<Profile['encode']>;
      await assert.rejects(profile.encode(...call), error);
      assert.throws(() => profile.encodeSync(...call), error);
    });
  }

  it('refuses options that cannot go to another thread, and goes on', async () => {
    const options = { title: () => 'now' } as never;
    await assert.rejects(profile.encode('collapsed', options), {
      name: 'TypeError',
      code: 'ERR_PROFILER_INVALID_ARG_TYPE',
    });
    assert.ok((await profile.encode('collapsed')).length > 0);
  });
});

describe('A program that encodes', () => {
  const program = (source: string): string => `
    const { CountingRecorder, SimpleLauncher } = require('ox-profile');
    const recorder = new CountingRecorder();
    for (let i = 0; i < 30000; i++) recorder.record([{ name: 'a' }, { name: 'b' + i }]);
    const profile = recorder.profile();
    const print = (value) => process.stdout.write(JSON.stringify(value));
    (async () => { ${source} })();`;

  it('stays until it has its bytes', async () => {
    const ended = await runSource(
      program(`
        await profile.encode('collapsed');
        print((await profile.encode('collapsed')).length > 0);`),
    );
    assertEnded(ended, { stdout: 'true' });
  });

  it('ends while the thread is still there, with nothing to do', async () => {
    const folder = JSON.stringify(dirname(require.resolve('ox-profile')));
    const ended = await runSource(
      program(`
        const { join } = require('node:path');
        const { Encoder } = require(join(${folder}, 'export', 'encoder'));
        const file = join(${folder}, 'export', 'worker.js');
        const encoder = new Encoder({ file, idleMillis: 1e9, maxWaiting: 4 });
        await encoder.run(profile, { format: 'collapsed', options: {} });
        process.on('exit', () => print(encoder.worker !== undefined));`),
    );
    assertEnded(ended, { stdout: 'true' });
  });

  it('leaves the cores to the application, where a thread can', async function () {
    if (process.platform !== 'linux') this.skip();
    const ended = await runSource(
      program(`
        const { readdirSync, readFileSync } = require('node:fs');
        const os = require('node:os');
        // After the name: its 17th number is the priority, less is more.
        const priorities = () => readdirSync('/proc/self/task').map((id) =>
          Number(readFileSync('/proc/self/task/' + id + '/stat', 'utf8').split(') ').pop().split(' ')[16]));
        const own = os.getPriority(0);
        const before = priorities();
        await profile.encode('pprof');
        const lower = priorities().filter((each) => each > own);
        print({ before: before.filter((each) => each > own).length, lower, own });
        process.exit();`),
    );
    const { before, lower, own } = jsonOf(ended) as { before: number; lower: number[]; own: number };
    assert.deepEqual([before, lower], [0, own < 10 ? [10] : []], accountOf(ended));
  });

  it('keeps its exit code when it exits while encoding', async () => {
    for (const when of [
      'process.exit(7)',
      'setImmediate(() => process.exit(7))',
      // The thread has begun, and cannot have answered yet.
      "process.on('worker', (worker) => worker.once('online', () => process.exit(7)))",
      "process.on('exit', () => { process.exitCode = 7; }); for (let i = 0; i < 9; i++) void profile.encode('collapsed')",
    ]) {
      const ended = await runSource(program(`void profile.encode('collapsed'); ${when};`));
      assertEnded(ended, { code: 7, stderr: '' });
    }
  });

  it('may be a worker that is terminated meanwhile', async () => {
    const ended = await runSource(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(
        program("void profile.encode('collapsed'); setImmediate(() => require('node:worker_threads').parentPort.postMessage(1));"),
      )}, { eval: true });
      worker.on('message', async () => process.stdout.write(String(await worker.terminate())));`);
    assertEnded(ended, { stdout: '1', stderr: '' });
  });

  it('has neither its preloads run in the thread, nor its environment there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ox-profile-encode-'));
    try {
      const preload = join(folder, 'preload.cjs');
      writeFileSync(preload, "process._rawDebug('preload ' + require('node:worker_threads').threadId);");
      const main = join(folder, 'main.cjs');
      const source = program(`
        const { once } = require('node:events');
        let worker;
        process.on('worker', (each) => { worker = each; });
        await profile.encode('collapsed');
        print([worker.threadId > 0, worker.stdout.readableLength, worker.stderr.readableLength]);`);
      const own = require.resolve('ox-profile');
      writeFileSync(main, source.replace("'ox-profile'", JSON.stringify(own)));
      const flags = ['--require', preload, '--import', preload, '--cpu-prof', '--cpu-prof-dir', folder];
      const ended = await runNode([...flags, main], { NODE_OPTIONS: `--require ${preload}` });
      assertEnded(ended, { stdout: '[true,0,0]', stderr: /^(preload 0\n)+$/ });
      const written = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
      assert.equal(written.length, 1, written.join());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('does not find the thread among those profiled, nor its Worker changed', async () => {
    const ended = await runSource(
      program(`
        const launcher = SimpleLauncher.launch({ intervalMillis: 1 });
        const workerThreads = require('node:worker_threads');
        const hooked = workerThreads.Worker;
        for (let i = 0; i < 5; i++) await profile.encode('collapsed');
        const { threads } = launcher.profile();
        print([threads.map(({ name }) => name), workerThreads.Worker === hooked]);
        launcher.cancel();`),
    );
    assertEnded(ended, { stdout: '[["main"],true]' });
  });

  it('does not load the addon in the thread', async () => {
    const ended = await runSource(`
      const { Worker } = require('node:worker_threads');
      const source = \`require(\${JSON.stringify(require.resolve('ox-profile').replace('index.js', 'export/worker.js'))});
        require('node:worker_threads').parentPort.postMessage(Object.keys(require.cache).filter((file) => /native|\\\\.node$/.test(file)));
        require('node:worker_threads').parentPort.close();\`;
      new Worker(source, { eval: true }).on('message', (files) => process.stdout.write(JSON.stringify(files)));`);
    assertEnded(ended, { stdout: '[]' });
  });
});

describe('Encoder', () => {
  let folder = '';
  let encoders = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ox-profile-encoder-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** One whose thread runs `source` for each order of work. */
  function encoderOf(source: string, options: { maxWaiting?: number; idleMillis?: number } = {}): Encoder {
    const file = join(folder, `${String(++encoders)}.cjs`);
    writeFileSync(
      file,
      `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', (order) => {
        if (order.end) parentPort.close();
        if (order.work) { const { title } = order.work.options; ${source} }
      });`,
    );
    return new Encoder({ file, idleMillis: 60_000, maxWaiting: 4, ...options });
  }
  const answer = 'parentPort.postMessage({ bytes: new Uint8Array([title]), warnings: [] });';
  const titled = (title: unknown): typeof work => ({ ...work, options: { title } });

  it('rejects when its thread dies, and starts another for what waits', async () => {
    for (const dies of ['process.exit(3)', "throw new Error('no more')"]) {
      const encoder = encoderOf(`if (title === 1) ${dies}; ${answer}`);
      const [first, second, third] = await Promise.allSettled([
        encoder.run(profile, titled(2)),
        encoder.run(profile, titled(1)),
        encoder.run(profile, titled(3)),
      ]);
      assert.equal(first.status, 'fulfilled');
      assert.equal(second.status, 'rejected');
      assert.ok(second.reason instanceof ProfilerError);
      assert.equal(second.reason.code, 'ERR_PROFILER_THREAD_ENDED');
      assert.match(second.reason.message, /with code 3|no more/);
      assert.ok(third.status === 'fulfilled');
      assert.deepEqual([...(third.value.bytes ?? [])], [3]);
      await encoder.worker?.terminate();
    }
  });

  it('rejects each once when its thread cannot start', async () => {
    const encoder = new Encoder({ file: join(folder, 'none.cjs'), idleMillis: 60_000, maxWaiting: 4 });
    const ended = await Promise.allSettled([1, 2].map((title) => encoder.run(profile, titled(title))));
    for (const each of ended) {
      assert.ok(each.status === 'rejected');
      assert.equal((each.reason as ProfilerError).code, 'ERR_PROFILER_THREAD_ENDED');
    }
  });

  it('says so when Node.js gives no thread, and tries again', async () => {
    const encoder = encoderOf(answer);
    // Else it takes the class beneath our hook.
    unhookWorkers();
    const { Worker } = workerThreads;
    workerThreads.Worker = class {
      constructor() {
        throw new Error('not permitted');
      }
    } as never;
    try {
      await assert.rejects(encoder.run(profile, titled(1)), {
        name: 'ProfilerError',
        code: 'ERR_PROFILER_NO_THREAD',
        message: /not permitted/,
      });
    } finally {
      workerThreads.Worker = Worker;
      hookWorkers();
    }
    assert.deepEqual([...((await encoder.run(profile, titled(2))).bytes ?? [])], [2]);
    await encoder.worker?.terminate();
  });

  it('bounds how many wait', async () => {
    const encoder = encoderOf(answer, { maxWaiting: 2 });
    const ended = await Promise.allSettled(
      [1, 2, 3, 4].map((title) => encoder.run(profile, titled(title))),
    );
    assert.deepEqual(
      ended.map((each) => (each.status === 'fulfilled' ? 0 : (each.reason as ProfilerError).code)),
      [0, 0, 0, 'ERR_PROFILER_BUSY'],
    );
    await encoder.worker?.terminate();
  });

  it('keeps its thread from one to the next, ends it when idle, and starts anew', async () => {
    const encoder = encoderOf(answer, { idleMillis: 50 });
    await encoder.run(profile, titled(1));
    const { worker } = encoder;
    assert.ok(worker !== undefined);
    await encoder.run(profile, titled(2));
    assert.equal(encoder.worker, worker);
    // Held here: an idle thread holds nothing open.
    const held = setInterval(() => undefined, 1000);
    await new Promise((resolve) => worker.once('exit', resolve));
    clearInterval(held);
    const { bytes = [] } = await encoder.run(profile, titled(3));
    assert.deepEqual([...bytes], [3]);
    assert.notEqual(encoder.worker, worker);
    await encoder.worker.terminate();
  });
});

describe('A profile between threads', () => {
  it('comes out as it went in', () => {
    for (const each of [profile, profileOf([]), wide()]) {
      const copy = unpackWhole(structuredClone(packWhole(each).packed));
      checkValid(copy);
      assert.deepEqual(copy.threads, each.threads);
      const columnsOf = (of: Profile): unknown[] => Object.entries(of).filter(([name]) => name !== 'frames');
      assert.deepEqual(columnsOf(copy), columnsOf(each));
      assert.deepEqual(copy.frames.strings, each.frames.strings);
      assert.deepEqual(copy.frames.columns, each.frames.columns);
    }
  });

  it('keeps names with a NUL', () => {
    const odd = profileOf([{ stack: [frameAt('/x.js', 1, 1, 'a\0b')] }]);
    assert.equal(odd.frames.joined, undefined);
    const copy = unpackWhole(structuredClone(packWhole(odd).packed));
    assert.deepEqual(copy.frames.strings, odd.frames.strings);
  });

  it('joins strings that were split, and those that were not', () => {
    const columns = profile.frames.columns;
    assert.equal(new Frames('a\0b', columns).joined, 'a\0b');
    assert.equal(new Frames(['a', 'b'], columns).joined, 'a\0b');
  });
});

describe('An error between threads', () => {
  it('keeps its class and code', () => {
    const errors = [
      new ProfilerError('ERR_PROFILER_TOO_LARGE', 'Expected less'),
      Object.assign(new TypeError('t'), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' }),
      Object.assign(new RangeError('r'), { code: 'ERR_PROFILER_OUT_OF_RANGE' }),
      new Error('e'),
    ];
    for (const error of errors) {
      const copy = errorOf(structuredClone(carried(error)));
      assert.equal(copy.constructor, error.constructor);
      assert.equal(copy.message, error.message);
      assert.equal(copy.stack, error.stack);
      const codeOf = (of: Error): unknown => (of as { code?: unknown }).code;
      assert.equal(codeOf(copy), codeOf(error));
    }
    assert.equal(errorOf(carried('text')).message, 'text');
  });
});
