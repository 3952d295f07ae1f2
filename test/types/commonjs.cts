// A CommonJS program that uses the package. It is compiled, never run.

import oxProfile = require('ox-profile');
import { CountingRecorder, ProfilerError, Sampler, SimpleLauncher } from 'ox-profile';
import type { ProfileRecord } from 'ox-profile';

const launcher: SimpleLauncher = SimpleLauncher.launch();
new oxProfile.SimpleLauncher({
  intervalMillis: 10,
  jitter: 0.5,
  maxNodes: 10_000,
  codeLogging: 'lazy',
  lateCode: 'leave',
});

launcher.start();
launcher.pause();
launcher.unpause();
const states: boolean[] = [launcher.isPaused(), launcher.isAlive()];

launcher.setInterval(5);
launcher.reset();

const { records } = launcher.query({
  filter: (record: ProfileRecord) => record.hits > 0,
  maxRecords: Infinity,
  sort: (a, b) => b.hits - a.hits,
  includeSystem: true,
});
const first = records[0];
if (first !== undefined) {
  const name: string = first.name;
  const hits: number = first.hits;
  console.log(name.toUpperCase(), hits.toFixed(), states);
}

launcher.show({ limit: 10, sort: (a, b) => a.hits - b.hits });
launcher.show();
launcher.cancel();

const recorder = new CountingRecorder();
new Sampler(recorder, { measure: () => performance.now() }).run();
recorder.query({ maxRecords: 1 });
recorder.show({ limit: 1 });

try {
  launcher.profile();
} catch (error) {
  if (error instanceof ProfilerError) {
    const code: string = error.code;
    console.error(code);
  }
}

// @ts-expect-error: there are two kinds of code logging.
SimpleLauncher.launch({ codeLogging: 'sometimes' });
// @ts-expect-error: an interval is a number.
launcher.setInterval('5');
