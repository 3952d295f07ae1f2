import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';
import { Profile, ProfilerError } from 'ox-profile';
import { formats } from '../../dist/export/formats';
import { checkValid } from '../../dist/profile/check-valid';
import { hostileProfile, smallProfile } from '../support/profiles';
import { itDraws } from '../support/random';

const RUNS = 300;
/** What any of these small files may take. */
const maxBytes = 10_000_000;
const codes = ['ERR_PROFILER_UNREADABLE_PROFILE', 'ERR_PROFILER_TOO_LARGE'];

/** Whatever the bytes are: a valid profile, or an error of ours. */
async function survives(bytes: Uint8Array): Promise<void> {
  let profile: Profile;
  try {
    profile = await Profile.read(bytes, { maxBytes });
  } catch (error) {
    assert.ok(error instanceof ProfilerError && codes.includes(error.code), String(error));
    // A fault of the reader's own would come as one of these.
    const { cause } = error;
    const fault = cause instanceof TypeError || cause instanceof ReferenceError;
    assert.ok(!fault, cause instanceof Error ? cause.stack : '');
    return;
  }
  checkValid(profile);
  profile.topFunctions({ limit: 3 });
}

interface Change {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(100_000),
  remove: fc.nat(4),
  insert: fc.uint8Array({ maxLength: 4 }),
});

function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let result = Buffer.from(bytes);
  for (const { at, remove, insert } of changes) {
    const start = at % (result.length + 1);
    result = Buffer.concat([
      result.subarray(0, start),
      insert,
      result.subarray(Math.min(result.length, start + remove)),
    ]);
  }
  return result;
}

/** Numbers and texts that break what is careless with them. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -2, max: 6 }),
  fc.constantFrom(
    NaN,
    -1,
    0.5,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e300,
    null,
    true,
    '',
    [],
    {},
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const list = fc.oneof({ weight: 9, arbitrary: fc.array(value, { maxLength: 6 }) }, value);
const count = fc.oneof({ weight: 4, arbitrary: fc.nat(9) }, value);
const id = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) }, value);

const cpuprofile = fc.record(
  {
    nodes: fc.array(
      fc.record(
        {
          id,
          callFrame: fc.record(
            {
              functionName: fc.oneof(fc.constantFrom('a', '(root)', '(thread 1) x'), value),
              url: fc.constantFrom('', 'x.js'),
              lineNumber: count,
              columnNumber: count,
            },
            { requiredKeys: ['functionName'] },
          ),
          hitCount: count,
          children: fc.array(id, { maxLength: 2 }),
          positionTicks: fc.array(fc.record({ line: count, ticks: count }), { maxLength: 3 }),
        },
        { requiredKeys: ['id', 'callFrame'] },
      ),
      { maxLength: 6 },
    ),
    startTime: value,
    endTime: value,
    samples: fc.array(id, { maxLength: 6 }),
    timeDeltas: fc.array(count, { maxLength: 6 }),
  },
  { requiredKeys: ['nodes'] },
);

const ours = fc.record({
  format: fc.constant('ox-profile'),
  version: fc.constant(1),
  valueTypes: fc.constant([{ name: 'samples', unit: 'count' }]),
  startMillis: count,
  intervalMillis: count,
  realInterval: fc.constantFrom(null, { count: 1, mean: 1, stdev: 0 }),
  dropped: fc.nat(9),
  threads: fc.array(
    fc.record({
      id: count,
      name: fc.string(),
      ended: fc.boolean(),
      firstNode: fc.nat(4),
      durationNanos: count,
      unattributedNanos: count,
      ageNanos: count,
    }),
    { maxLength: 3 },
  ),
  strings: fc.array(fc.string(), { maxLength: 4 }),
  frames: fc.record({ name: list, url: list, line: list, column: list, kind: list }),
  nodes: fc.record({
    parent: list,
    frame: list,
    selfHits: list,
    selfWallNanos: list,
    selfCpuNanos: list,
  }),
  lines: fc.record({ node: list, number: list, hits: list }),
});

const speedscope = fc.record({
  shared: fc.record({
    frames: fc.array(fc.record({ name: fc.oneof(fc.string(), value), line: count }), {
      maxLength: 3,
    }),
  }),
  profiles: fc.array(
    fc.record({
      type: fc.constantFrom('sampled', 'evented'),
      name: fc.string(),
      unit: fc.constantFrom('none', 'seconds', 'bytes'),
      startValue: count,
      endValue: count,
      samples: fc.array(list, { maxLength: 3 }),
      weights: fc.array(count, { maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
});

describe('Profile.read(), fuzzed', () => {
  const files = [smallProfile(), hostileProfile()].flatMap((profile) =>
    (['pprof', 'cpuprofile', 'collapsed', 'speedscope', 'json'] as const).map((name) => ({
      name,
      bytes: formats[name].encode(profile),
    })),
  );
  const plain = files
    .filter(({ name }) => name === 'pprof')
    .map(({ bytes }) => ({
      name: 'pprof, not compressed',
      bytes: new Uint8Array(gunzipSync(bytes)),
    }));

  for (const name of [
    'pprof',
    'cpuprofile',
    'collapsed',
    'speedscope',
    'json',
    'pprof, not compressed',
  ]) {
    itDraws(`survives changed bytes: ${name}`, async (_random, seed) => {
      const those = [...files, ...plain].filter((file) => file.name === name);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...those),
          fc.array(change, { minLength: 1, maxLength: 4 }),
          ({ bytes }, changes) => survives(changed(bytes, changes)),
        ),
        { seed, numRuns: RUNS },
      );
    });
  }

  for (const [name, shape] of [
    ['.cpuprofile', cpuprofile],
    ['ours', ours],
    ['speedscope', speedscope],
  ] as const) {
    itDraws(`survives JSON of the right shape: ${name}`, async (_random, seed) => {
      await fc.assert(
        fc.asyncProperty(shape as fc.Arbitrary<unknown>, (file) =>
          survives(Buffer.from(JSON.stringify(file))),
        ),
        { seed, numRuns: RUNS },
      );
    });
  }

  itDraws('survives any bytes, and any behind the first of a pprof file', async (_random, seed) => {
    const start = fc.constantFrom([], [0x1f, 0x8b], [0x0a, 4, 8, 1, 16, 2], [0x7b]);
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), (head, bytes) =>
        survives(Buffer.concat([Buffer.from(head), bytes])),
      ),
      { seed, numRuns: RUNS },
    );
  });
});
