import assert from 'node:assert/strict';

import { Profile } from 'ox-profile';
import { answerOfProgram } from '../support/children';
import { checkValid } from '../../dist/profile/check-valid';

describe('hits by source line', () => {
  it('tell which loop of a function it is that burns', async () => {
    const encoded = await answerOfProgram<string>(`
      const { SimpleLauncher } = require('ox-profile');
      const burn = require('node:vm').runInThisContext(
        [
          '(function burn(rounds) {', // line 1
          '  let sum = 0;',
          '  for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) % 1013;', // line 3
          '  sum += 1;',
          '  for (let i = 0; i < 3 * rounds; i++) sum = (sum * 31 + i) % 1013;', // line 5
          '  return sum;',
          '})',
        ].join('\\n'),
        { filename: '/lines/burn.js' },
      );
      const launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
      while ((launcher.query({ filter: '^burn$' }).records[0]?.selfHits ?? 0) < 600) burn(300000);
      answer(Buffer.from(launcher.profile().encodeSync('json')).toString('base64'));
      launcher.cancel();`);
    const profile = await Profile.read(Buffer.from(encoded, 'base64'));
    checkValid(profile);
    const [burn] = profile.topFunctions({ filter: /^burn$/ });
    assert.ok(burn);
    const lines = new Map(profile.lines(burn).map(({ line, hits }) => [line, hits]));
    const [once, thrice] = [lines.get(3) ?? 0, lines.get(5) ?? 0];
    assert.ok(once + thrice > 0.9 * burn.selfHits, JSON.stringify([...lines]));
    assert.ok(Math.abs(thrice / (once + thrice) - 0.75) < 0.1, JSON.stringify([...lines]));
  });
});
