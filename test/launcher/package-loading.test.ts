import assert from 'node:assert/strict';

import { accountOf, answerOfProgram, assertEnded, runNode } from '../support/children';
import { PackageCopy } from '../support/package-copy';

describe('loading', () => {
  it('works by require and by import, with one instance of the package', async () => {
    const ended = await runNode([
      '--input-type=module',
      '--eval',
      `import launcher, { SimpleLauncher, Profile, ProfilerError } from 'ox-profile';
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('ox-profile');
      console.log(
        launcher === SimpleLauncher && required.SimpleLauncher === SimpleLauncher &&
        required.default === SimpleLauncher && Profile !== undefined && ProfilerError !== undefined,
      );`,
    ]);
    assertEnded(ended, { stdout: 'true' });
  });

  it('does nothing but define', async () => {
    const made = await answerOfProgram<number>(`
      const threads = () => require('node:fs').readdirSync('/proc/self/task').length;
      const before = process.platform === 'linux' ? threads() : 0;
      require('ox-profile');
      answer(process.platform === 'linux' ? threads() - before : 0);`);
    assert.equal(made, 0);
  });

  it('says what it looked for and what to do where no addon loads', async () => {
    using copy = new PackageCopy('none');
    const ended = await runNode([
      '--eval',
      `try {
        require(${JSON.stringify(copy.folder)});
      } catch (error) {
        console.log(error.code, error.message);
      }`,
    ]);
    assertEnded(ended, { stdout: /^ERR_PROFILER_NATIVE_LOAD / });
    for (const word of [process.platform, process.arch, process.versions.modules]) {
      assert.ok(ended.stdout.includes(word), accountOf(ended));
    }
    assertEnded(ended, { stdout: /npm rebuild ox-profile/ });
  });
});
