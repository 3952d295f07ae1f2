import assert from 'node:assert/strict';

import { accountOf, assertEnded, jsonOf, runNode, runSource, runWorkload } from '../support/children';

interface Answer {
  /** Of the functions that were hot. */
  hits: number;
  samples: number;
  notes: string[];
  shown: string;
}

const hotFirst = `
  const end = performance.now() + 50;
  while (performance.now() < end);
  const { SimpleLauncher } = require('ox-profile');
`;

async function notesOf(source: string, nodeArgs: string[] = []): Promise<string[]> {
  const ended = await runSource(`${source}; console.log(JSON.stringify(launcher.query().notes))`, nodeArgs);
  return jsonOf(ended) as string[];
}

describe('lateCode', () => {
  it("is left when asked to be left, and that is said once in each result", async () => {
    // Where V8 has no such fault the test would prove nothing: these do have it. Now
    // and then they make the code anew meanwhile, and know it.
    const major = Number(process.versions.node.split('.')[0]);
    const hasFault = major === 22 || major === 24;
    const known: number[] = [];
    do {
      const { notes, shown, hits, samples } = await runWorkload<Answer>('hot-before', {
        hotBefore: 'require',
        hotMillis: 700,
        patienceMillis: 500,
        launcher: { lateCode: 'leave' },
      });
      assert.equal(notes.length, 1);
      assert.match(notes[0] ?? '', /hot before the profiler was loaded/);
      assert.equal(shown.split('hot before the profiler was loaded').length, 2);
      known.push(hits / samples);
    } while (hasFault && Math.min(...known) >= 0.5 && known.length < 12);
    if (hasFault) assert.ok(Math.min(...known) < 0.5, String(known));
  });

  it('is no matter when the profiler is loaded first', async () => {
    assert.deepEqual(
      await notesOf(`
        const { SimpleLauncher } = require('ox-profile');
        const launcher = new SimpleLauncher()`),
      [],
    );
  });

  it('is repaired unasked on a small heap', async () => {
    assert.deepEqual(await notesOf(`${hotFirst} const launcher = new SimpleLauncher()`), []);
  });

  it('is left unasked on a large heap, and repaired there when asked', async () => {
    const large = 'const kept = Array.from({ length: 1e6 }, (_, i) => ({ i, list: [i, i] }));';
    const [note, ...others] = await notesOf(
      `${large} ${hotFirst} const launcher = new SimpleLauncher()`,
    );
    assert.match(note ?? '', /lateCode: 'repair'/);
    assert.deepEqual(others, []);
    assert.deepEqual(
      await notesOf(`${large} ${hotFirst} const launcher = new SimpleLauncher({ lateCode: 'repair' })`),
      [],
    );
  });

  it("leaves the application's own coverage on, and its counts whole", async () => {
    const ended = await runSource(`
      const { Session } = require('node:inspector');
      const { runInThisContext } = require('node:vm');
      const session = new Session();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
      const hot = runInThisContext('(function hot() {})', { filename: 'counted.js' });
      for (let i = 0; i < 50; i++) hot();
      ${hotFirst}
      const launcher = new SimpleLauncher({ lateCode: 'repair' });
      for (let i = 0; i < 50; i++) hot();
      session.post('Profiler.takePreciseCoverage', (error, answer) => {
        const { functions } = answer.result.find(({ url }) => url === 'counted.js');
        const { ranges } = functions.find(({ functionName }) => functionName === 'hot');
        console.log(JSON.stringify({ count: ranges[0].count, notes: launcher.query().notes }));
      });`);
    const { count, notes } = jsonOf(ended) as { count: number; notes: string[] };
    assert.equal(count, 100);
    assert.match(notes[0] ?? '', /coverage is in use/);
  });

  it('leaves coverage by NODE_V8_COVERAGE on', async () => {
    const { mkdtempSync, readdirSync, readFileSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const folder = mkdtempSync(join(tmpdir(), 'ox-profile-coverage-'));
    try {
      const ended = await runNode(
        [
          '--eval',
          `${hotFirst}
          const launcher = new SimpleLauncher({ lateCode: 'repair' });
          const hot = require('node:vm').runInThisContext('(function hot() {})', { filename: '/counted.js' });
          for (let i = 0; i < 100; i++) hot();
          console.log(launcher.query().notes.length)`,
        ],
        { NODE_V8_COVERAGE: folder },
      );
      assertEnded(ended, { stdout: '1' });
      const written = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
      assert.ok(written.some((text) => text.includes('"isBlockCoverage":true')), accountOf(ended));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
