import assert from 'node:assert/strict';

import { CountingRecorder } from 'ox-profile';
import { assertEnded, runSource } from '../support/children';
import { displayWidth } from '../../dist/text';

function lines(recorder: CountingRecorder, options = {}): string[] {
  return recorder.show(options).trimEnd().split('\n');
}

describe('show()', () => {
  it('shows functions with place, hits and shares of all samples', () => {
    const recorder = new CountingRecorder();
    recorder.record([{ name: 'main', url: `${process.cwd()}/app.js`, line: 3 }, { name: 'parse' }]);
    recorder.record([{ name: 'main', url: `${process.cwd()}/app.js`, line: 3 }]);
    recorder.record('other');
    recorder.record('other');
    const [head, blank, ...table] = lines(recorder);
    assert.match(head ?? '', /^4 samples/);
    assert.equal(blank, '');
    assert.deepEqual(table, [
      'function  file:line  hits  total %  self %',
      'other                   2     50.0    50.0',
      'main      app.js:3      2     50.0    25.0',
      'parse                   1     25.0    25.0',
    ]);
  });

  it('says how many functions are left out', () => {
    const recorder = new CountingRecorder();
    for (let i = 0; i < 5; i++) recorder.record(`f${String(i)}`);
    assert.equal(lines(recorder, { limit: 2 }).at(-1), '… and 3 more functions');
    assert.doesNotMatch(recorder.show({ limit: Infinity }), /more functions/);
  });

  it('shortens long names in the middle and keeps wide characters aligned', () => {
    const recorder = new CountingRecorder();
    recorder.record([{ name: 'begin' + 'x'.repeat(100) + 'end', url: '/' + 'y'.repeat(100) + '/file.js', line: 1 }]);
    recorder.record([{ name: '関数の名前', url: '/日本.js', line: 2 }]);
    recorder.record([{ name: '👩‍👩‍👧 family', url: '', line: 0 }]);
    const [, , header, ...rows] = lines(recorder);
    assert.match(rows.join('\n'), /beginx+…x+end/);
    assert.match(rows.join('\n'), /…y*\/file\.js:1/);
    for (const row of rows) assert.equal(displayWidth(row), displayWidth(header ?? ''), row);
  });

  it('lets no name move the cursor, break lines or change direction', () => {
    const recorder = new CountingRecorder();
    recorder.record('\u001b[31mred\u001b[0m\r\nnext\u202eback');
    const text = recorder.show();
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\u001b\r\u202e]/);
    assert.match(text, /red/);
  });

  it('shows an empty table as one line', () => {
    assert.deepEqual(lines(new CountingRecorder()).length, 1);
  });

  it('works where the working directory was removed', async () => {
    const ended = await runSource(`
      const { mkdtempSync, rmdirSync } = require('node:fs');
      const { CountingRecorder } = require('ox-profile');
      const recorder = new CountingRecorder();
      recorder.record([{ name: 'a', url: '/gone/a.js', line: 1 }]);
      const folder = mkdtempSync(require('node:os').tmpdir() + '/ox-profile-gone-');
      process.chdir(folder);
      try { rmdirSync(folder); } catch { /* Windows keeps it. */ }
      console.log(recorder.show());`);
    assertEnded(ended, { stdout: /gone\/a\.js:1/, stderr: '' });
  });

  it('refuses bad options', () => {
    const recorder = new CountingRecorder();
    assert.throws(() => recorder.show({ limit: -1 }), { code: 'ERR_PROFILER_OUT_OF_RANGE' });
    assert.throws(() => recorder.show({ sort: 'up' as never }), { code: 'ERR_PROFILER_INVALID_ARG_TYPE' });
    assert.throws(() => recorder.show({ rows: 3 } as never), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
  });
});
