import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { gunzipSync, gzipSync } from 'node:zlib';

import {
  Function as PprofFunction,
  Line,
  Location,
  Profile as PprofFile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';
import { CountingRecorder, FrameKind, Profile } from 'ox-profile';
import { formats } from '../../dist/export/formats';
import { ProfileBuilder } from '../../dist/profile/builder';
import { checkValid } from '../../dist/profile/check-valid';
import { burnUntil } from '../support/burn';
import { answerOfProgram } from '../support/children';
import {
  hostileNames,
  hostileProfile,
  randomProfile,
  realProfile,
  smallProfile,
  topShares,
} from '../support/profiles';
import { itDraws } from '../support/random';

function bytes(text: string | object): Uint8Array {
  return Buffer.from(typeof text === 'string' ? text : JSON.stringify(text));
}

const unreadable = { name: 'ProfilerError', code: 'ERR_PROFILER_UNREADABLE_PROFILE' };
const tooLarge = { name: 'ProfilerError', code: 'ERR_PROFILER_TOO_LARGE' };

async function refused(input: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(Profile.read(input), { ...unreadable, message });
}

/** All that a profile is made of, to be compared. */
function contents(profile: Profile): unknown {
  const { frames, ...rest } = profile;
  return { ...rest, frames: { strings: [...frames.strings], ...frames.columns } };
}

/** Each stack with its hits, whatever order they stand in. */
function stacks(profile: Profile): string[] {
  return profile.toCollapsed().trimEnd().split('\n').sort();
}

describe('Profile.read()', () => {
  describe('of what was written', () => {
    itDraws('gives the very same profile: json', async (random) => {
      for (const profile of [smallProfile(), hostileProfile(), randomProfile(random)]) {
        assert.deepEqual(
          contents(await Profile.read(formats.json.encode(profile))),
          contents(profile),
        );
      }
      const { startMillis, ...rest } = smallProfile(1);
      const lastSeen = [{ name: 'a', url: 'b', line: 1, column: 2 }];
      const threads = [{ ...rest.threads[0]!, lastSeen }];
      const seen = new Profile({
        ...rest,
        startMillis,
        threads,
        selfWallNanos: new Float64Array(rest.selfHits.length),
        selfCpuNanos: new Float64Array(rest.selfHits.length),
        valueTypes: rest.valueTypes.slice(0, 1),
      });
      assert.deepEqual(contents(await Profile.read(formats.json.encode(seen))), contents(seen));
      const empty = new CountingRecorder().profile();
      assert.deepEqual(contents(await Profile.read(formats.json.encode(empty))), contents(empty));
    });

    for (const name of ['pprof', 'cpuprofile', 'speedscope'] as const) {
      itDraws(`gives the same stacks with the same hits: ${name}`, async (random) => {
        for (const profile of [smallProfile(), smallProfile(1), randomProfile(random)]) {
          const read = await Profile.read(formats[name].encode(profile));
          checkValid(read);
          assert.deepEqual(stacks(read), stacks(profile));
          assert.deepEqual(topShares(read), topShares(profile));
          assert.deepEqual(
            read.threads.map((thread) => [thread.id, thread.name]),
            profile.threads
              // Pprof has nothing but samples.
              .filter((thread) => name !== 'pprof' || profile.hits[thread.firstNode]! > 0)
              .map((thread) => [thread.id, thread.name]),
          );
        }
      });
    }

    for (const name of ['pprof', 'cpuprofile'] as const) {
      it(`gives the same times and lines: ${name}`, async () => {
        const profile = smallProfile();
        const read = await Profile.read(formats[name].encode(profile));
        const times = (each: Profile): number[][] =>
          each
            .topFunctions({ includeSystem: true })
            .map((record) => [
              Math.round(record.wallMillis),
              Math.round(record.selfWallMillis),
              record.line,
              record.column,
            ]);
        assert.deepEqual(times(read), times(profile));
        // Hits on a function's own line are not told from others in pprof.
        const lines = (each: Profile): string[] =>
          [...each.lineHits]
            .map((hits, at) => `${String(each.lineNumber[at])}: ${String(hits)}`)
            .filter((line) => name !== 'pprof' || !line.startsWith('3: '))
            .sort();
        assert.deepEqual(lines(read), lines(profile));
        assert.equal(read.startMillis, profile.startMillis);
      });
    }

    it('gives intervals and drops: pprof', async () => {
      const profile = smallProfile();
      const read = await Profile.read(formats.pprof.encode(profile));
      assert.deepEqual(
        [read.dropped, read.realInterval, read.intervalMillis, read.durationMillis],
        [profile.dropped, profile.realInterval, profile.intervalMillis, profile.durationMillis],
      );
    });

    it('gives the same stacks with the same hits: collapsed', async () => {
      const profile = smallProfile(1);
      const read = await Profile.read(formats.collapsed.encode(profile));
      assert.deepEqual(stacks(read), stacks(profile));
      assert.deepEqual(topShares(read), topShares(profile));
    });

    it('gives the same top five with the same shares of a real program, in every format', async () => {
      const profile = await realProfile();
      const expected = topShares(profile);
      assert.ok(expected.some(([name]) => name === 'burn'));
      for (const name of ['pprof', 'cpuprofile', 'collapsed', 'speedscope', 'json'] as const) {
        const read = await Profile.read(formats[name].encode(profile));
        checkValid(read);
        assert.deepEqual(topShares(read), expected, name);
      }
      for (const [name, digits] of [
        ['text', 1],
        ['markdown', 1],
        ['csv', 2],
      ] as const) {
        const output = Buffer.from(formats[name].encode(profile, { limit: 5 })).toString();
        for (const [each, share] of expected) {
          const percent = (share * 100).toFixed(digits);
          const found = output
            .split('\n')
            .some((line) => line.includes(each) && line.includes(percent));
          assert.ok(found, `${each} ${percent} in ${output}`);
        }
      }
    });

    it('gives functions of equal counts in the same order, callers first', async () => {
      const builder = new ProfileBuilder();
      const frames = ['leaf', 'middle', 'top'].map((name) =>
        builder.frame({ name, url: `/node_modules/${name}/x.js`, line: 1, column: 1 }),
      );
      const thread = { id: 0, name: 'main', ended: false, durationNanos: 5e6 };
      let node = builder.thread({ ...thread, unattributedNanos: 0, ageNanos: 0 });
      for (const frame of frames.toReversed()) node = builder.child(node, frame);
      builder.add(builder.child(node, frames[0]!), 5, 5e6, 5e6);
      const profile = builder.finish({
        startMillis: 0,
        intervalMillis: 1,
        realInterval: null,
        dropped: 0,
      });
      const names = (each: Profile): string[] => each.topFunctions().map(({ name }) => name);
      const packages = (each: Profile): string[] => each.byPackage().map((of) => of.package);
      assert.deepEqual(names(profile), ['leaf', 'top', 'middle']);
      assert.deepEqual(packages(profile), ['leaf', 'top', 'middle']);
      for (const name of ['pprof', 'cpuprofile', 'collapsed', 'speedscope', 'json'] as const) {
        const read = await Profile.read(formats[name].encode(profile));
        assert.deepEqual(names(read), names(profile), name);
        assert.deepEqual(packages(read), packages(profile), name);
      }
    });

    it('keeps names, but for what a format cannot say', async () => {
      const profile = hostileProfile();
      for (const name of ['pprof', 'cpuprofile', 'speedscope', 'json'] as const) {
        const read = await Profile.read(formats[name].encode(profile));
        checkValid(read);
        const names = new Set(read.topFunctions().map((record) => record.name));
        for (const each of hostileNames) {
          // UTF-8 has no lone surrogates.
          const kept = name === 'pprof' ? Buffer.from(each).toString() : each;
          assert.ok(names.has(kept), `${name}: ${kept}`);
        }
      }
    });

    it('takes any of them gzipped, and JSON behind a byte order mark', async () => {
      const profile = smallProfile(1);
      for (const name of ['cpuprofile', 'collapsed', 'json'] as const) {
        const read = await Profile.read(gzipSync(formats[name].encode(profile)));
        assert.equal(read.sums.samples, profile.sums.samples);
      }
      const marked = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), formats.json.encode(profile)]);
      assert.equal((await Profile.read(marked)).sums.samples, profile.sums.samples);
    });
  });

  describe('of pprof from elsewhere', () => {
    function foreign(types: [string, string][], values: number[], extra = {}): Uint8Array {
      const stringTable = new StringTable();
      const text = (each: string): number => stringTable.dedup(each);
      return new PprofFile({
        stringTable,
        sampleType: types.map(
          ([type, unit]) => new ValueType({ type: text(type), unit: text(unit) }),
        ),
        function: ['main.inner', 'main.inlined', 'main.outer'].map(
          (name, index) =>
            new PprofFunction({
              id: index + 7,
              name: text(name),
              filename: text('/go/main.go'),
              startLine: 10 * (index + 1),
            }),
        ),
        location: [
          // A location has what was inlined first, and what it is in last.
          new Location({
            id: 1,
            line: [new Line({ functionId: 7, line: 12 }), new Line({ functionId: 8, line: 25 })],
          }),
          new Location({ id: 2, line: [new Line({ functionId: 9, line: 33 })] }),
          new Location({ id: 3, address: 0xabc }),
        ],
        sample: [
          new Sample({ locationId: [1, 2], value: values }),
          new Sample({ locationId: [3, 2], value: values }),
        ],
        periodType: new ValueType({ type: text('cpu'), unit: text('nanoseconds') }),
        period: 10_000_000,
        ...extra,
      }).encode();
    }

    it("reads Go's: inlined functions, addresses, CPU time, period", async () => {
      const read = await Profile.read(
        foreign(
          [
            ['samples', 'count'],
            ['cpu', 'nanoseconds'],
          ],
          [3, 30e6],
        ),
      );
      assert.deepEqual(stacks(read), [
        'main.outer (/go/main.go:30);0xabc 3',
        'main.outer (/go/main.go:30);main.inlined (/go/main.go:20);main.inner (/go/main.go:10) 3',
      ]);
      assert.deepEqual(
        read.valueTypes.map(({ name }) => name),
        ['samples', 'cpu'],
      );
      assert.equal(read.topFunctions()[0]?.cpuMillis, 60);
      assert.equal(read.intervalMillis, 10);
      assert.deepEqual([[...read.lineNumber], [...read.lineHits]], [[12], [3]]);
    });

    it('converts units of time', async () => {
      const read = await Profile.read(foreign([['wall', 'microseconds']], [5]));
      assert.equal(read.wallNanos[0], 10_000);
    });

    it('refuses values that are no samples and no time', async () => {
      await refused(
        foreign([['inuse_space', 'bytes']], [5]),
        /sample types .* found inuse_space\/bytes/,
      );
    });

    it('refuses negative counts', async () => {
      await refused(
        foreign([['samples', 'count']], [-5]),
        /samples of sample 0 of a pprof.* found -5/,
      );
    });

    it('refuses ids that stand for nothing, or for two things', async () => {
      const types: [string, string][] = [['samples', 'count']];
      const sample = [new Sample({ locationId: [99], value: [1] })];
      await refused(
        foreign(types, [1], { sample }),
        /the id of a location for sample 0 .* found 99/,
      );
      const location = [1, 1].map((id) => new Location({ id, line: [] }));
      await refused(foreign(types, [1], { location }), /an id of its own/);
      const lost = [new Location({ id: 1, line: [new Line({ functionId: 50, line: 1 })] })];
      await refused(foreign(types, [1], { location: lost }), /the id of a function/);
      await refused(foreign(types, [1, 2]), /1 values/);
    });

    it('refuses what is cut short, wherever', async () => {
      const whole = foreign([['samples', 'count']], [3]);
      // Only between two fields at the top it can be a whole file.
      const ends: number[] = [];
      for (let at = 0; at < whole.length;) {
        const isBytes = (whole[at]! & 7) === 2;
        at++;
        if (isBytes) at += 1 + whole[at]!;
        else while (whole[at++]! >= 0x80);
        ends.push(at);
      }
      assert.equal(ends.at(-1), whole.length);
      for (let end = 1; end < whole.length; end++) {
        const reading = Profile.read(whole.subarray(0, end));
        if (ends.includes(end)) await reading.then(checkValid, () => undefined);
        else await assert.rejects(reading, unreadable, String(end));
      }
    });

    it('refuses a number that does not end', async () => {
      const endless = Buffer.concat([
        Buffer.of(0x0a, 0x01, 0x08, 0x10),
        Buffer.alloc(100_000, 0xff),
      ]);
      await refused(endless, /number/);
    });
  });

  describe('of .cpuprofile from elsewhere', () => {
    const callFrame = (functionName: string): object => ({
      functionName,
      scriptId: '0',
      url: 'x.js',
      lineNumber: 4,
      columnNumber: 6,
    });
    const node = (id: number, name: string, children: unknown[] = [], more = {}): object => ({
      ...{ id, callFrame: callFrame(name), hitCount: 0, children },
      ...more,
    });
    const root = (children: unknown[]): object => node(1, '(root)', children);

    it("reads V8's: time up to the next sample, lines from 1, ticks", async () => {
      const read = await Profile.read(
        bytes({
          nodes: [
            root([2]),
            node(2, 'a', [3], { hitCount: 1 }),
            node(3, '', [], { hitCount: 2, positionTicks: [{ line: 9, ticks: 2 }] }),
          ],
          startTime: 5_000_000,
          endTime: 5_001_000,
          samples: [3, 2, 3],
          timeDeltas: [100, 200, 300],
        }),
      );
      assert.equal(read.toCollapsed(), 'a (x.js:5) 1\na (x.js:5);(anonymous) (x.js:5) 2\n');
      assert.deepEqual([...read.selfWallNanos], [0, 300_000, 600_000]);
      assert.deepEqual([[...read.lineNumber], [...read.lineHits]], [[9], [2]]);
      assert.equal(read.frames.at(1).column, 7);
    });

    it('takes samples that were noted late in their order of time', async () => {
      const nodes = [root([2, 3]), node(2, 'a'), node(3, 'b')];
      const read = await Profile.read(
        bytes({
          nodes,
          startTime: 0,
          endTime: 600,
          samples: [2, 3, 2],
          timeDeltas: [300, -200, 300],
        }),
      );
      assert.deepEqual([...read.selfHits], [0, 2, 1]);
      assert.deepEqual([...read.selfWallNanos], [0, 300_000, 200_000]);
    });

    it('does not take more ticks than a node has hits', async () => {
      const ticks = {
        hitCount: 2,
        positionTicks: [
          { line: 1, ticks: 1e15 },
          { line: 2, ticks: 4 },
        ],
      };
      const read = await Profile.read(bytes({ nodes: [root([2]), node(2, 'a', [], ticks)] }));
      assert.deepEqual([...read.lineHits], [2]);
    });

    const broken: [string, unknown, RegExp][] = [
      ['a cycle', [root([]), node(2, 'a', [3]), node(3, 'b', [2])], /a cycle: 2 nodes/],
      ['a node that is its own child', [root([]), node(2, 'a', [2])], /a cycle/],
      ['a cycle with the root', [node(1, 'a', [2]), node(2, 'b', [1])], /0 nodes without a parent/],
      [
        'two parents',
        [root([2, 3]), node(2, 'a', [3]), node(3, 'b')],
        /one parent for nodes\[2\].*two/,
      ],
      ['a child twice', [root([2, 2]), node(2, 'a')], /one parent/],
      ['two roots', [root([]), node(2, 'a')], /2 nodes without a parent/],
      ['no node', [], /0 nodes without a parent/],
      ['an id twice', [root([2]), node(2, 'a'), node(2, 'a')], /an id of its own/],
      ['a child that is not there', [root([7])], /children of nodes\[0\].*found 7/],
      [
        'children that are no list',
        [root([2]), node(2, 'a', 'x' as never)],
        /an array for children/,
      ],
      [
        'a negative count',
        [root([2]), node(2, 'a', [], { hitCount: -5 })],
        /hitCount of nodes\[1\].*found -5/,
      ],
      [
        'a count that is no number',
        [root([2]), node(2, 'a', [], { hitCount: '5' })],
        /hitCount.*found '5'/,
      ],
      ['half a sample', [root([2]), node(2, 'a', [], { hitCount: 0.5 })], /hitCount/],
      ['a huge count', [root([2]), node(2, 'a', [], { hitCount: 1e300 })], /hitCount/],
      [
        'no name',
        [root([2]), { id: 2, callFrame: {} }],
        /a string for functionName of nodes\[1\].*nothing/,
      ],
      ['a node that is null', [null], /an object for nodes\[0\]/],
      ['nodes that are no list', { length: 2 }, /an array for nodes/],
      [
        'a negative line',
        [root([2]), node(2, 'a', [], { callFrame: { functionName: 'a', lineNumber: -7 } })],
        /lineNumber/,
      ],
    ];
    for (const [what, nodes, message] of broken) {
      it(`refuses ${what}`, () => refused(bytes({ nodes }), message));
    }

    it('refuses counts whose sum is not exact any more', async () => {
      const most = { hitCount: Number.MAX_SAFE_INTEGER };
      const nodes = [root([2, 3]), node(2, 'a', [], most), node(3, 'b', [], most)];
      await refused(bytes({ nodes }), /sums below 2\^53/);
    });

    const nodes = [root([2]), node(2, 'a')];
    it('refuses samples of no node, and times that are none', async () => {
      await refused(bytes({ nodes, samples: [5] }), /samples\[0\].*found 5/);
      await refused(bytes({ nodes, samples: [2, 2], timeDeltas: [1] }), /1 for 2 samples/);
      await refused(bytes({ nodes, samples: [2], timeDeltas: [null] }), /timeDeltas\[0\].*null/);
      await refused(
        bytes(`{"nodes":${JSON.stringify(nodes)},"samples":[2],"timeDeltas":[1e999]}`),
        /Infinity/,
      );
    });

    it('has no use for keys of prototypes', async () => {
      const text =
        '{"__proto__":{"format":"ox-profile"},"nodes":[{"id":1,"__proto__":{"hitCount":-1},"callFrame":{"functionName":"__proto__"}}]}';
      const read = await Profile.read(bytes(text));
      assert.deepEqual([read.length, ({} as { format?: string }).format], [1, undefined]);
    });

    it('reads a chain of 100 000 calls', async () => {
      const chain = Array.from({ length: 100_000 }, (_, index) =>
        node(index + 1, index === 0 ? '(root)' : 'a', index < 99_999 ? [index + 2] : [], {
          hitCount: 1,
        }),
      );
      const read = await Profile.read(bytes({ nodes: chain }));
      checkValid(read);
      assert.deepEqual([read.length, read.topFunctions()[0]?.hits], [100_000, 99_999]);
      assert.equal((await Profile.read(formats.json.encode(read))).length, 100_000);
    });
  });

  describe('of what other profilers measured', () => {
    it("reads the inspector's .cpuprofile", async () => {
      const session = new Session();
      session.connect();
      try {
        await session.post('Profiler.enable');
        await session.post('Profiler.setSamplingInterval', { interval: 1000 });
        await session.post('Profiler.start');
        // Of work, not of time: a busy machine gives little of one in the other.
        const { user } = process.cpuUsage();
        burnUntil(() => process.cpuUsage().user - user > 150_000);
        const { profile } = await session.post('Profiler.stop');
        const read = await Profile.read(bytes(profile));
        checkValid(read);
        const hits = profile.nodes.reduce((sum, { hitCount }) => sum + (hitCount ?? 0), 0);
        assert.ok(hits > 0);
        assert.equal(read.hits[0], hits);
        // All but what passed before the first sample.
        let [at, first] = [0, Infinity];
        for (const delta of profile.timeDeltas!) first = Math.min(first, (at += delta));
        const micros = profile.endTime - profile.startTime - first;
        assert.equal(Math.round(read.durationMillis * 1000), micros);
        assert.ok(read.lineHits.length > 0);
      } finally {
        session.disconnect();
      }
    });

    it("reads @datadog/pprof's profile", async () => {
      // In a process of its own: it takes signals.
      const program = `
        const { encodeSync, time } = require('@datadog/pprof');
        time.start({ durationMillis: 60_000, intervalMicros: 1000 });
        // CPU time, of which samples are taken each millisecond of work.
        for (const start = process.cpuUsage().user; process.cpuUsage().user - start < 150_000; );
        answer(encodeSync(time.stop()).toString('base64'));`;
      const output = Buffer.from(await answerOfProgram<string>(program), 'base64');
      const file = PprofFile.decode(gunzipSync(output));
      const read = await Profile.read(output);
      checkValid(read);
      assert.deepEqual(
        read.valueTypes.map(({ name }) => name),
        ['samples', 'wall'],
      );
      const [hits, nanos] = [0, 1].map((value) =>
        file.sample.reduce((sum, each) => sum + Number(each.value[value]), 0),
      );
      assert.ok(hits! > 0);
      assert.deepEqual([read.hits[0], read.wallNanos[0]], [hits, nanos]);
    });
  });

  describe('of folded stacks from elsewhere', () => {
    it('reads places, states, blank lines, line ends of Windows and parts of a sample', async () => {
      const read = await Profile.read(
        bytes('\n(idle) 4\r\na (inlined);#b (file:///x (1).js:7) 1.5\r\n\nc\\ d 2'),
      );
      assert.deepEqual(
        read.topFunctions().map(({ name, url, line, hits }) => [name, url, line, hits]),
        [
          ['c\\ d', '', 0, 2],
          ['#b', 'file:///x (1).js', 7, 1.5],
          ['a (inlined)', '', 0, 1.5],
        ],
      );
      assert.equal(read.sums.idleSamples, 4);
      assert.equal(read.frames.kind(read.frame[1]!), FrameKind.idle);
    });

    for (const [what, text] of [
      ['a line without a count', 'a;b 1\nc;d'],
      ['a negative count', 'a;b -5'],
      ['a count that is no number', 'a;b NaN'],
      ['prose', 'Lorem ipsum dolor'],
    ] as const) {
      it(`refuses ${what}`, () => refused(bytes(text), /line \d of folded stacks/));
    }

    it('refuses huge counts', () => refused(bytes(`a ${'9'.repeat(400)}`), /sums/));

    it('reads a stack of 100 000 frames', async () => {
      const read = await Profile.read(bytes(`${'a;'.repeat(100_000)}a 3`));
      checkValid(read);
      assert.equal(read.length, 100_002);
    });
  });

  describe('of our own JSON, broken', () => {
    const file = (): Record<string, unknown> =>
      JSON.parse(Buffer.from(formats.json.encode(smallProfile())).toString()) as never;

    const broken: [string, (file: Record<string, unknown>) => void, RegExp][] = [
      ['another version', (each) => (each.version = 2), /version 1 .* found 2/],
      [
        'a column too short',
        (each) => (each.nodes as { selfHits: number[] }).selfHits.pop(),
        /one length/,
      ],
      [
        'a parent behind its child',
        (each) => ((each.nodes as { parent: number[] }).parent[1] = 5),
        /before its children/,
      ],
      [
        'half a frame',
        (each) => ((each.nodes as { frame: number[] }).frame[1] = 0.5),
        /nodes\.frame/,
      ],
      [
        'a negative count',
        (each) => ((each.nodes as { selfHits: number[] }).selfHits[1] = -1),
        /selfHits.*found -1/,
      ],
      [
        'a kind that there is not',
        (each) => ((each.frames as { kind: number[] }).kind[1] = 77),
        /frames\.kind/,
      ],
      ['no strings', (each) => delete each.strings, /strings but found nothing/],
      [
        'a thread that begins nowhere',
        (each) => ((each.threads as { firstNode: number }[])[1]!.firstNode = 999),
        /firstNode/,
      ],
      [
        'a value that there is not',
        (each) => (each.valueTypes = [{ name: 'heap', unit: 'count' }]),
        /valueTypes/,
      ],
    ];
    for (const [what, change, message] of broken) {
      it(`refuses ${what}`, () => {
        const changed = file();
        change(changed);
        return refused(bytes(changed), message);
      });
    }
  });

  describe('of anything else', () => {
    it('refuses arguments of another type', async () => {
      await assert.rejects(Profile.read('text' as never), {
        name: 'TypeError',
        code: 'ERR_PROFILER_INVALID_ARG_TYPE',
      });
      await assert.rejects(Profile.read(bytes('a 1'), { maxBytes: 0 }), { name: 'RangeError' });
      await assert.rejects(Profile.read(bytes('a 1'), { max: 1 } as never), {
        code: 'ERR_PROFILER_UNKNOWN_OPTION',
      });
    });

    it('refuses nothing, broken JSON, other JSON and broken gzip', async () => {
      await refused(bytes(''), /a profile for a file/);
      await refused(bytes(' \n '), /blank/);
      await refused(bytes('{"nodes": [1,'), /valid JSON/);
      await refused(bytes('{"a": 1}'), /the keys a/);
      await refused(bytes('{}'), /an empty object/);
      await refused(gzipSync('a 1').subarray(0, 15), /gzip/);
      await refused(Buffer.of(0x1f, 0x8b, 9, 9), /gzip/);
    });

    it('stops at maxBytes: a file, and what a gzip bomb becomes', async () => {
      const bomb = gzipSync(Buffer.alloc(20_000_000, 'a'));
      const bombed = { ...tooLarge, message: /1000000 bytes \(maxBytes\) when decompressed/ };
      await assert.rejects(Profile.read(bomb, { maxBytes: 1_000_000 }), bombed);
      await assert.rejects(Profile.read(bytes('a 1'), { maxBytes: 2 }), tooLarge);
    });

    it('stops at JSON that would take far more memory than its text', async () => {
      const text = `{"nodes":[${'[],'.repeat(100_000)}[]]}`;
      await assert.rejects(Profile.read(bytes(text), { maxBytes: 1_000_000 }), tooLarge);
    });

    it('stops at a small pprof file that says the same frames too often', async () => {
      const stringTable = new StringTable();
      const [samples, count] = ['samples', 'count'].map((each) => stringTable.dedup(each));
      const line = Array.from({ length: 20_000 }, () => new Line({ functionId: 0, line: 1 }));
      const sample = new Sample({ locationId: new Array<number>(100).fill(1), value: [1] });
      const file = new PprofFile({
        stringTable,
        sampleType: [new ValueType({ type: samples!, unit: count! })],
        location: [new Location({ id: 1, line })],
        sample: [sample],
      });
      await assert.rejects(Profile.read(file.encode()), {
        ...tooLarge,
        message: /frames in a stack/,
      });
    });
  });
});
