import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { accountOf, assertEnded, burner, runNode, waits } from '../support/children';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string } }[];
  samples: number[];
  timeDeltas: number[];
}

describe('node --cpu-prof', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ox-profile-cpu-prof-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [how, last, code] of [
    ['while it samples', '', 0],
    ['while it is paused', 'launcher.pause();', 0],
    ['after cancel()', 'launcher.cancel();', 0],
    ['by process.exit(7) while it samples', 'process.exit(7);', 7],
  ] as const) {
    it(`writes its profile when the program ends ${how}`, async () => {
      const ended = await runNode([
        ...['--cpu-prof', '--cpu-prof-interval=1000', `--cpu-prof-dir=${folder}`, '--eval'],
        `${waits} ${burner}
        const { SimpleLauncher } = require('ox-profile');
        const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
        workUntil(() => burn(20), () => launcher.query().samples >= 200);
        console.log(launcher.query({ filter: '^burn$' }).records[0].hits > 0);
        ${last}`,
      ]);
      assertEnded(ended, { code, stdout: 'true', stderr: '' });

      const account = accountOf(ended);
      const files = readdirSync(folder);
      assert.equal(files.length, 1, `${files.join(', ')}: ${account}`);
      const profile = JSON.parse(readFileSync(join(folder, files[0]!), 'utf8')) as CpuProfile;
      const names = new Set(profile.nodes.map(({ callFrame }) => callFrame.functionName));
      assert.ok(names.has('burn'), `its functions are ${[...names].join(', ')}; ${account}`);
      assert.equal(profile.samples.length, profile.timeDeltas.length, account);
      const ids = new Set(profile.nodes.map(({ id }) => id));
      assert.ok(profile.samples.every((id) => ids.has(id)), account);
    });
  }
});
