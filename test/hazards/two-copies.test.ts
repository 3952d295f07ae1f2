import { assertEnded, burner, runSource, waits } from '../support/children';
import { testOrders } from '../support/orders';
import { PackageCopy } from '../support/package-copy';

/** For programs: works until each of the launchers has so many more samples. */
const programs = `${waits} ${burner}
  function sampleMore(launchers, samples) {
    const wanted = launchers.map((launcher) => launcher.query().samples + samples);
    workUntil(() => burn(20), () => launchers.every((each, i) => each.query().samples >= wanted[i]));
  }`;

describe('two copies of the package in one process', () => {
  testOrders(['a.launch', 'a.pause', 'a.unpause', 'a.cancel'], ['b.launch', 'b.cancel'], (steps) => {
    it(`count and end as usual, in the order ${steps.join(', ')}`, async () => {
      using copy = new PackageCopy('copied');
      const ended = await runSource(`${programs}
        const packages = { a: require('ox-profile'), b: require(${JSON.stringify(copy.folder)}) };
        const launchers = {};
        const counted = {};
        for (const step of ${JSON.stringify(steps)}) {
          const [name, method] = step.split('.');
          if (method === 'launch') {
            launchers[name] = packages[name].SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
          } else {
            // Before it ends, it has seen the program at work.
            if (method === 'cancel') counted[name] = launchers[name].query().samples;
            launchers[name][method]();
          }
          sampleMore(Object.values(launchers).filter((launcher) => !launcher.isPaused()), 10);
        }
        console.log(counted.a >= 20, counted.b >= 10);`);
      assertEnded(ended, { stdout: 'true true', stderr: '' });
    });
  });

  it('end the process as usual while both sample', async () => {
    using copy = new PackageCopy('copied');
    for (const [last, code] of [
      ['', 0],
      ['process.exit(7)', 7],
      ['setTimeout(() => process.exit(7), 20)', 7],
    ] as const) {
      const ended = await runSource(`${programs}
        const launchers = ['ox-profile', ${JSON.stringify(copy.folder)}].map((name) =>
          require(name).SimpleLauncher.launch({ intervalMillis: 0.5 }));
        sampleMore(launchers, 10);
        ${last}`);
      assertEnded(ended, { code, stderr: '' });
    }
  });

  it('share one addon where it is one file, and then one of them can be started', async () => {
    using copy = new PackageCopy('linked');
    const ended = await runSource(`${programs}
      const first = require('ox-profile').SimpleLauncher.launch({ intervalMillis: 1 });
      const { SimpleLauncher } = require(${JSON.stringify(copy.folder)});
      const second = new SimpleLauncher({ intervalMillis: 1 });
      try {
        second.start();
      } catch (error) {
        console.log(error.code);
      }
      first.cancel();
      second.start();
      second.unpause();
      sampleMore([second], 10);
      console.log('sampled');`);
    assertEnded(ended, { stdout: 'ERR_PROFILER_IN_USE\nsampled', stderr: '' });
  });
});
