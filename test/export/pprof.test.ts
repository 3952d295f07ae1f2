import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';

import { Profile as PprofFile } from 'pprof-format';
import { Profile } from 'ox-profile';
import { ProfileBuilder } from '../../dist/profile/builder';
import { encodePprof } from '../../dist/export/pprof';
import { GoPprof, needsGo, type TopRow } from '../support/go';
import { hostileProfile, randomProfile, realProfile, smallProfile } from '../support/profiles';
import { itDraws } from '../support/random';

/** Our functions as `-top` lists them, names as they are. */
function expectedRows(profile: Profile): TopRow[] {
  return profile
    .topFunctions({ includeSystem: true })
    .map(({ name, hits, selfHits }) => ({ flat: selfHits, cum: hits, name }))
    .filter(({ cum }) => cum > 0);
}

function sorted(rows: readonly TopRow[]): string[] {
  return rows.map(({ flat, cum, name }) => `${name} ${String(flat)} ${String(cum)}`).sort();
}

describe('encodePprof()', () => {
  it('has values, thread labels, period, times and comments', () => {
    const file = PprofFile.decode(gunzipSync(encodePprof(smallProfile())));
    const text = (index: number | bigint): string => file.stringTable.strings[Number(index)] ?? '?';
    assert.deepEqual(
      file.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
      ['samples/count', 'wall/nanoseconds', 'cpu/nanoseconds'],
    );
    assert.equal(text(file.defaultSampleType), 'samples');
    assert.equal(
      `${text(file.periodType!.type)}/${text(file.periodType!.unit)}`,
      'wall/nanoseconds',
    );
    assert.equal(Number(file.period), 10e6);
    assert.equal(BigInt(file.timeNanos), 1_700_000_000_000_000_000n);
    assert.equal(Number(file.durationNanos), 5e9);
    const comments = file.comment.map(text);
    assert.match(comments[0] ?? '', /^ox-profile \d+\.\d+\.\d+/);
    assert.deepEqual(comments.slice(1), [
      'dropped samples: 4',
      'interval reached: mean 10.125 ms, stdev 0.5 ms, count 40',
    ]);
    const labels = new Set(
      file.sample.map(({ label }) =>
        label.map(({ key, str }) => `${text(key)}=${text(str)}`).join(),
      ),
    );
    assert.deepEqual([...labels], ['thread=main,thread_id=0', 'thread=worker-1,thread_id=1']);
  });

  it('has a location for each line that is known, and the rest on the first line', () => {
    const file = PprofFile.decode(gunzipSync(encodePprof(smallProfile(1))));
    const name = (id: number | bigint): string => {
      const fn = file.function.find((each) => each.id === id)!;
      return file.stringTable.strings[Number(fn.name)] ?? '?';
    };
    const byLine = new Map<string, number[]>();
    for (const { locationId, value } of file.sample) {
      const { functionId, line } = file.location.find(({ id }) => id === locationId[0])!.line[0]!;
      const key = `${String(locationId.length)} ${name(functionId)}:${String(line)}`;
      byLine.set(key, value.map(Number));
    }
    assert.deepEqual(byLine.get('1 a:4')?.[0], 6);
    assert.deepEqual(byLine.get('1 a:5')?.[0], 2);
    assert.deepEqual(byLine.get('1 a:3')?.[0], 2);
    assert.deepEqual(byLine.get('3 a:3')?.[0], 3);
    const wall = ['1 a:3', '1 a:4', '1 a:5'].reduce((sum, key) => sum + byLine.get(key)![1]!, 0);
    assert.equal(wall, 10_000_001);
  });

  it('does not say when and on which system it was compressed', () => {
    const [magic, , , , ...header] = encodePprof(smallProfile());
    assert.deepEqual([magic, ...header.slice(0, 6)], [0x1f, 0, 0, 0, 0, 0, 0xff]);
  });

  it('names the value asked for first', () => {
    const file = PprofFile.decode(gunzipSync(encodePprof(smallProfile(), { value: 'cpu' })));
    assert.equal(file.stringTable.strings[Number(file.defaultSampleType)], 'cpu');
  });

  describe('read by go tool pprof', () => {
    let go: GoPprof;
    before(needsGo);
    before(() => {
      go = new GoPprof();
    });
    after(() => {
      go.remove();
    });

    itDraws('-top has our self and total hits', (random) => {
      for (const profile of [smallProfile(), randomProfile(random)]) {
        const rows = go.top(go.file(encodePprof(profile)));
        assert.deepEqual(sorted(rows), sorted(expectedRows(profile)));
      }
    });

    itDraws('-top has our wall and CPU times', (random) => {
      const profile = randomProfile(random);
      const file = go.file(encodePprof(profile));
      for (const [value, self, total] of [
        ['wall', 'selfWallMillis', 'wallMillis'],
        ['cpu', 'selfCpuMillis', 'cpuMillis'],
      ] as const) {
        const rows = go.top(`-sample_index=${value}`, '-unit=ns', file);
        const expected = profile.topFunctions().map((record) => ({
          name: record.name,
          flat: Math.round(record[self] * 1e6),
          cum: Math.round(record[total] * 1e6),
        }));
        assert.deepEqual(sorted(rows), sorted(expected.filter(({ cum }) => cum > 0)));
      }
    });

    it('-top of a real program has its functions as we do', async () => {
      const profile = await realProfile();
      const rows = go.top('-cum', go.file(encodePprof(profile)));
      const expected = expectedRows(profile);
      for (const name of ['outer', 'spin', 'burn', 'realProfile']) {
        const [row, ...more] = expected.filter((each) => each.name === name);
        assert.deepEqual(more, []);
        assert.deepEqual(
          rows.find((each) => each.name === name),
          row,
        );
      }
    });

    it('keeps names as they are, those that look like C++ too', () => {
      const profile = hostileProfile();
      const output = go.run('-top', '-nodecount=1000', go.file(encodePprof(profile)));
      for (const name of ['Foo::bar(x)<T>', '_ZN3foo3barEv', '<img src=x onerror=alert(1)>']) {
        assert.ok(output.includes(`  ${name}\n`), name);
      }
    });

    it('tells functions without a name apart', () => {
      const builder = new ProfileBuilder();
      const description = { id: 0, name: 'main', ended: false, durationNanos: 1 };
      const root = builder.thread({ ...description, unattributedNanos: 0, ageNanos: 0 });
      for (const line of [1, 2]) {
        const place = { url: 'file:///app/x.js', line, column: 7 };
        builder.add(builder.child(root, builder.frame({ name: '(anonymous)', ...place })), line);
      }
      const profile = builder.finish({
        startMillis: 0,
        intervalMillis: 1,
        realInterval: null,
        dropped: 0,
      });
      assert.deepEqual(go.top(go.file(encodePprof(profile))), [
        { flat: 2, cum: 2, name: '(anonymous x.js:2:7)' },
        { flat: 1, cum: 1, name: '(anonymous x.js:1:7)' },
      ]);
    });

    it('-peek shows callers and callees with our hits', () => {
      const output = go.run('-peek', '^b$', go.file(encodePprof(smallProfile(1))));
      // b, called by a: 20 of its own and 3 of the a that it calls.
      assert.match(output, / 23 +[\d.]+% \| +a\n/);
      assert.match(output, / 20 .* 23 .* \| b\n/);
      assert.match(output, / 3 +[\d.]+% \| +a\n/);
    });

    itDraws('-diff_base has the difference of the two', (random) => {
      const [before, after] = [randomProfile(random), randomProfile(random)];
      const rows = go.top(
        `-diff_base=${go.file(encodePprof(before))}`,
        go.file(encodePprof(after)),
      );
      const diff = Profile.diff(before, after, { normalise: false });
      const hits = new Map(
        diff
          .functions()
          .map(({ name, before, after }) => [
            name,
            [after.selfHits - before.selfHits, after.hits - before.hits],
          ]),
      );
      assert.ok(rows.length > 30);
      for (const { name, flat, cum } of rows) assert.deepEqual([flat, cum], hits.get(name), name);
    });

    it('-tags counts each thread', () => {
      const output = go.run('-tags', go.file(encodePprof(smallProfile())));
      // "95.0", or from Go 1.26 on "95 of 95 (  100%)".
      const total = String.raw`95(?:\.0| of 95 \( *100%\))`;
      assert.match(
        output,
        new RegExp(
          String.raw`^ thread: Total ${total}\n +48(?:\.0)? \(50\.53%\): worker-1\n +47(?:\.0)? \(49\.47%\): main$`,
          'm',
        ),
      );
      assert.match(
        output,
        new RegExp(
          String.raw`^ thread_id: Total ${total}\n +48(?:\.0)? \(50\.53%\): 1\n +47(?:\.0)? \(49\.47%\): 0$`,
          'm',
        ),
      );
    });

    it('-traces has each stack with its hits', () => {
      const output = go.run('-traces', go.file(encodePprof(smallProfile(1))));
      assert.match(output, /^ +20 +b\n +a\n-+/m);
      assert.match(output, /^ +3 +a\n +b\n +a\n-+/m);
    });
  });
});
