// A CommonJS program that uses the package. It is compiled, never run.

import oxProfile = require('ox-profile');
import { CountingRecorder, ProfilerError, Sampler, SimpleLauncher } from 'ox-profile';
import type { LauncherOptions, ProfileRecord, ProfilerStats, QueryResult, Stall } from 'ox-profile';
import { observe } from 'ox-profile/observe';

const options: LauncherOptions = {
  intervalMillis: 10,
  jitter: 0.5,
  maxNodes: 10_000,
  codeLogging: 'lazy',
  lateCode: 'leave',
  threads: 'all',
  parkAfterMillis: 50,
  maxOverhead: Infinity,
  stalls: { thresholdMillis: 200, keep: 20, file: 'stalls.jsonl' },
};
const launcher: SimpleLauncher = new oxProfile.SimpleLauncher(options);
SimpleLauncher.launch({}).cancel();

launcher.start();
launcher.unpause();
launcher.setInterval(5);
launcher.reset();
launcher.pause();
const states: boolean[] = [launcher.isPaused(), launcher.isAlive()];

const result: QueryResult = launcher.query({
  filter: /burn/,
  maxRecords: Infinity,
  sort: 'self',
  includeSystem: true,
});
const first: ProfileRecord | undefined = result.records[0];
if (first !== undefined) {
  const name: string = first.name;
  const hits: number = first.hits;
  console.log(name.toUpperCase(), hits.toFixed(), states, result.samples);
}
launcher.query({ filter: 'burn', thread: 0 });
launcher.profile({ thread: 'main' });

const stats: ProfilerStats = launcher.stats();
const share: number = stats.overhead.share;
const stalls: readonly Stall[] = launcher.stalls();
console.log(share, stalls.map(({ durationMillis, profile }) => [durationMillis, profile.length]));
void observe()
  .stacks({ timeoutMillis: 100 })
  .then((stacks) => stacks.map(({ name, state, stack }) => [name, state, stack[0]?.line]));

const shown: string = launcher.show({ limit: 10, sort: 'total' });
console.log(shown, launcher.show());
launcher.cancel();

const recorder = new CountingRecorder({ maxNodes: 1000 });
const sampler = new Sampler(recorder, {
  measure: (stack) => stack.map(({ name, url, line }) => ({ name, url, line })),
});
sampler.run();
new Sampler(recorder, { measure: (stack) => stack.at(-1)?.name ?? null }).run();
recorder.record('a name');
recorder.record([{ name: 'main' }, { name: 'burn', url: 'burn.js', line: 3 }]);
recorder.query({ maxRecords: 1 });
recorder.show({ limit: 1 });

try {
  launcher.profile();
} catch (error) {
  if (error instanceof ProfilerError && error.code === 'ERR_PROFILER_CANCELLED') {
    const message: string = error.message;
    console.error(message);
  }
}

// @ts-expect-error: there are two kinds of code logging.
SimpleLauncher.launch({ codeLogging: 'sometimes' });
// @ts-expect-error: there is no such option.
SimpleLauncher.launch({ interval: 10 });
// @ts-expect-error: an interval is a number.
launcher.setInterval('5');
// @ts-expect-error: results do not change.
result.samples = 0;
