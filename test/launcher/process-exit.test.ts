import { assertEnded, killWhenReady, runSource, waits } from '../support/children';

const launch = `
    const launcher = require('ox-profile').SimpleLauncher.launch({ intervalMillis: 0.5, maxOverhead: Infinity });`;

const work = `
  const work = () => { for (let i = 0; i < 1000; i++) JSON.parse('[1, 2, 3]'); };`;

/** As long as it takes until a launcher that runs has samples. */
const workUntilSampled = `
  ${waits} ${work}
  workUntil(work, () => launcher.query().samples > 0);`;

/**
 * What a launcher does when its program ends, and how many programs end so. Some
 * faults of a dying process show only now and then: the more of the profiler is
 * at work, the more programs.
 */
const states: Record<string, { start: string; programs: number }> = {
  running: { start: `${launch} ${workUntilSampled}`, programs: 3 },
  paused: { start: `${launch} ${workUntilSampled} launcher.pause();`, programs: 2 },
  cancelled: { start: `${launch} ${workUntilSampled} launcher.cancel();`, programs: 1 },
  new: {
    start: `
    const { SimpleLauncher } = require('ox-profile');
    const launcher = new SimpleLauncher();
    ${work} work();`,
    programs: 1,
  },
};

/** What a program is told to do last, and how it has to end. */
const endings: Record<string, { source: string; code: number; stderr?: RegExp }> = {
  'runs out of work': { source: '', code: 0 },
  'runs out of work after a timer': { source: 'setTimeout(work, 30)', code: 0 },
  'calls process.exit()': { source: 'process.exit()', code: 0 },
  'calls process.exit(7)': { source: 'process.exit(7)', code: 7 },
  'calls process.exit(7) from a timer': {
    source: 'setTimeout(() => process.exit(7), 20)',
    code: 7,
  },
  'calls process.exit(7) from an exit listener': {
    source: "process.on('exit', () => { launcher.isAlive(); process.exit(7); })",
    code: 7,
  },
  'sets process.exitCode': { source: 'process.exitCode = 5', code: 5 },
  'throws': { source: "throw new Error('on purpose')", code: 1, stderr: /on purpose/ },
  'throws from a timer': {
    source: "setTimeout(() => { throw new Error('on purpose'); }, 20)",
    code: 1,
    stderr: /on purpose/,
  },
  'rejects': { source: "Promise.reject(new Error('on purpose'))", code: 1, stderr: /on purpose/ },
};

describe('a program that is profiled ends as it would without', () => {
  for (const [state, { start, programs }] of Object.entries(states)) {
    for (const [how, { source, code, stderr = '' }] of Object.entries(endings)) {
      it(`when it ${how} while ${state}`, async () => {
        const all = Array.from({ length: programs }, () => runSource(`${start};${source}`));
        for (const ended of await Promise.all(all)) assertEnded(ended, { code, stdout: '', stderr });
      });
    }

    it(`when it gets SIGTERM while ${state}`, async function () {
      if (process.platform === 'win32') this.skip();
      const ended = await killWhenReady(
        `${start}; console.log('ready'); setInterval(() => {}, 1000);`,
        'SIGTERM',
      );
      assertEnded(ended, { signal: 'SIGTERM', stderr: '' });
    });

    it(`when it handles SIGTERM itself while ${state}`, async function () {
      if (process.platform === 'win32') this.skip();
      const ended = await killWhenReady(
        `${start};
        process.on('SIGTERM', () => process.exit(9));
        console.log('ready');
        setInterval(() => {}, 1000);`,
        'SIGTERM',
      );
      assertEnded(ended, { code: 9, stderr: '' });
    });
  }

  it('and can be asked for results in an exit listener', async () => {
    const ended = await runSource(`
      ${launch}
      process.on('exit', () => console.log(launcher.query().samples > 0));
      ${workUntilSampled}`);
    assertEnded(ended, { stdout: 'true', stderr: '' });
  });
});
