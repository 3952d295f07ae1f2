import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Ajv } from 'ajv';
import { CountingRecorder, type Profile } from 'ox-profile';
import { encodeCollapsed } from '../../dist/export/collapsed';
import { encodeCsv } from '../../dist/export/csv';
import { formats, type FormatName } from '../../dist/export/formats';
import { encodeMarkdown } from '../../dist/export/markdown';
import { checkExportOptions, type ExportOptions } from '../../dist/export/options';
import { encodeSpeedscope } from '../../dist/export/speedscope';
import { encodeText } from '../../dist/export/text';
import { ProfileBuilder } from '../../dist/profile/builder';
import { hostileNames, hostileProfile, randomProfile, smallProfile } from '../support/profiles';
import { itDraws, Random } from '../support/random';

const names = Object.keys(formats) as FormatName[];

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

describe('formats', () => {
  for (const name of names) {
    itDraws(`gives the same bytes for the same profile: ${name}`, (_random, seed) => {
      const encode = (): Buffer => Buffer.from(formats[name].encode(randomProfile(new Random(seed))));
      assert.ok(encode().equals(encode()));
    });
  }

  for (const name of names.filter((each) => !['json', 'pprof'].includes(each))) {
    it(`refuses a value that was not measured: ${name}`, () => {
      const { frames, parent, frame, selfHits, selfWallNanos, selfCpuNanos, threads, ...rest } =
        smallProfile(1);
      const profile = new (smallProfile(1).constructor as typeof Profile)({
        ...{ frames, parent, frame, selfHits, selfWallNanos, selfCpuNanos, threads },
        ...rest,
        valueTypes: [{ name: 'samples', unit: 'count' }],
      });
      assert.throws(() => formats[name].encode(profile, { value: 'cpu' }), {
        name: 'TypeError',
        code: 'ERR_PROFILER_INVALID_ARG_TYPE',
        message: /Expected 'samples' for value but received 'cpu'/,
      });
    });
  }

  for (const name of names) {
    it(`takes an empty profile: ${name}`, () => {
      assert.ok(formats[name].encode(new CountingRecorder().profile()) instanceof Uint8Array);
    });
  }

  it('say when stacks are too deep to be written in full', () => {
    const builder = new ProfileBuilder();
    let node = builder.thread({
      id: 0,
      name: 'main',
      ended: false,
      durationNanos: 0,
      unattributedNanos: 0,
      ageNanos: 0,
    });
    const frame = builder.frame({ name: 'a', url: '', line: 0, column: 0 });
    for (let depth = 0; depth < 20_000; depth++) {
      node = builder.child(node, frame);
      builder.add(node, 1);
    }
    const profile = builder.finish({
      startMillis: 0,
      intervalMillis: 1,
      realInterval: null,
      dropped: 0,
    });
    for (const name of ['pprof', 'collapsed', 'speedscope'] as const) {
      assert.throws(() => formats[name].encode(profile), { code: 'ERR_PROFILER_TOO_LARGE' });
    }
    for (const name of ['cpuprofile', 'json', 'csv', 'text', 'markdown'] as const) {
      assert.ok(formats[name].encode(profile).length > 0);
    }
  });
});

describe('checkExportOptions()', () => {
  it('gives back what is right', () => {
    const options: ExportOptions = { value: 'wall', limit: 3, title: 'a' };
    assert.deepEqual(checkExportOptions(options), options);
    assert.deepEqual(checkExportOptions(undefined), {});
  });

  it('refuses what is not', () => {
    const code = (options: unknown): unknown => {
      try {
        checkExportOptions(options);
        return 'nothing';
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    assert.equal(code({ value: 'time' }), 'ERR_PROFILER_INVALID_ARG_TYPE');
    assert.equal(code({ limit: -1 }), 'ERR_PROFILER_OUT_OF_RANGE');
    assert.equal(code({ title: 1 }), 'ERR_PROFILER_INVALID_ARG_TYPE');
    assert.equal(code({ top: 1 }), 'ERR_PROFILER_UNKNOWN_OPTION');
  });
});

describe('encodeCollapsed()', () => {
  it('is what toCollapsed() gives', () => {
    const profile = smallProfile();
    assert.equal(text(encodeCollapsed(profile)), profile.toCollapsed());
  });

  it('weighs by wall time where asked to', () => {
    const line = text(encodeCollapsed(smallProfile(1), { value: 'wall' })).split('\n')[0];
    assert.equal(line, 'a (/app/x.js:3) 10000001');
  });
});

describe('encodeSpeedscope()', () => {
  itDraws("keeps to speedscope's published schema", (random) => {
    const folder = join(dirname(require.resolve('speedscope/package.json')), 'dist', 'release');
    const schema = JSON.parse(
      readFileSync(join(folder, 'file-format-schema.json'), 'utf8'),
    ) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    assert.equal(validate({ profiles: [] }), false);
    for (const profile of [smallProfile(), hostileProfile(), randomProfile(random)]) {
      for (const value of ['samples', 'wall', 'cpu'] as const) {
        validate(JSON.parse(text(encodeSpeedscope(profile, { value }))));
        assert.deepEqual(validate.errors, null);
      }
    }
  });

  it('has a profile for each thread', () => {
    const file = JSON.parse(text(encodeSpeedscope(smallProfile(), { title: 'T' }))) as {
      name: string;
      shared: { frames: { name: string }[] };
      profiles: {
        name: string;
        unit: string;
        samples: number[][];
        weights: number[];
        endValue: number;
      }[];
    };
    assert.equal(file.name, 'T');
    assert.deepEqual(
      file.profiles.map(({ name }) => name),
      ['main (0)', 'worker-1 (1)'],
    );
    const { samples, weights, unit, endValue } = file.profiles[1]!;
    const stacks = samples.map((stack) =>
      stack.map((each) => file.shared.frames[each]!.name).join(),
    );
    assert.deepEqual(stacks, ['a', 'a,b', 'a,b,a', 'c', '(idle)', '(garbage collector)']);
    assert.deepEqual([weights, unit, endValue], [[10, 21, 3, 7, 2, 5], 'none', 48]);
  });
});

/** A reader of RFC 4180 that knows nothing of ours. */
function parseCsv(source: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = cell.exec(source); match !== null; match = cell.exec(source)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('encodeCsv()', () => {
  it('has a row for each function, with samples, times and shares', () => {
    const [head, first, ...more] = parseCsv(text(encodeCsv(smallProfile(1))));
    assert.equal(head?.length, 16);
    assert.deepEqual(first, [
      'a',
      '/app/x.js',
      '3',
      '5',
      '13',
      '33',
      '13.000',
      '33.000',
      '12.000',
      '32.000',
      '28.89',
      '73.33',
      ...['17.73', '43.37', '58.96', '84.04'],
    ]);
    assert.equal(more.length, 2);
  });

  it('keeps a spreadsheet from running names', () => {
    const cells = parseCsv(text(encodeCsv(hostileProfile()))).map(([name]) => name ?? '');
    for (const cell of cells) assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/);
    for (const name of ["'=cmd()", "'+1", "'@sum(a1)", "'-2", 'a "quoted", cell', 'two\nlines']) {
      assert.ok(cells.includes(name), name);
    }
    assert.equal(cells.length, 1 + 2 * hostileNames.length);
  });

  it('ranks by the value asked for, and ends at the limit', () => {
    const builder = new ProfileBuilder();
    const root = builder.thread({
      id: 0,
      name: 'main',
      ended: false,
      durationNanos: 0,
      unattributedNanos: 0,
      ageNanos: 0,
    });
    const add = (name: string, hits: number, cpu: number): void =>
      builder.add(
        builder.child(root, builder.frame({ name, url: '', line: 0, column: 0 })),
        hits,
        0,
        cpu,
      );
    add('often', 9, 1e6);
    add('busy', 1, 9e6);
    const profile = builder.finish({
      startMillis: 0,
      intervalMillis: 1,
      realInterval: null,
      dropped: 0,
    });
    const rows = parseCsv(text(encodeCsv(profile, { value: 'cpu', limit: 1 })));
    assert.deepEqual(
      rows.slice(1).map(([name, ...rest]) => [name, rest.at(10)]),
      [['busy', '90.00']],
    );
  });
});

describe('encodeText()', () => {
  it('says what the figures rest on, then functions and threads', () => {
    const output = text(encodeText(smallProfile(), { title: 'Before', limit: 2 }));
    const lines = output.split('\n').map((line) => line.replace(/ {2,}/g, '  '));
    assert.equal(lines[0], 'Before');
    for (const line of [
      'samples  91 at work, 4 idle',
      'duration  5.00 s, 2 threads',
      'start  2023-11-14T22:13:20.000Z',
      'interval  10.00 ms asked for, 10.13 ms ± 0.50 ms reached',
      'dropped  4 samples, in (truncated)',
      'a  /app/x.js:3  67  73.6  63.7–81.6  28.6  20.3–38.6',
      '… and 1 more function',
      'worker-1 (ended)  1  46  50.5  5.00 s',
    ]) {
      assert.ok(lines.includes(line), `${line}\n${output}`);
    }
  });

  it('has no character that moves the cursor', () => {
    const output = text(encodeText(hostileProfile(), { title: '\u001b[2J' }));
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('encodeMarkdown()', () => {
  it('has names as text, whatever is in them', async () => {
    const { marked } = await import('marked');
    const source = text(encodeMarkdown(hostileProfile(), { title: '<b> [x](y)', limit: 100 }));
    const html = await marked.parse(source);
    assert.doesNotMatch(html, /<img|<b>|<a /);
    const cells = [...html.matchAll(/<tr>\n<td>(.*)<\/td>\n/g)].map((match) => match[1]);
    assert.equal(cells.length, 2 * hostileNames.length + 1);
    for (const name of [
      '&lt;img src=x onerror=alert(1)&gt;',
      'pipe | `tick` ``two``',
      '@sum(a1)',
    ]) {
      assert.ok(cells.includes(`<code>${name}</code>`), `${name}\n${cells.join('\n')}`);
    }
  });
});
