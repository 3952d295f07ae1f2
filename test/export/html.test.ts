import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { FlameData } from '../../dist/export/flame-data';
import { htmlOf, htmlOfDiff, type HtmlOptions } from '../../dist/export/html';
import { root } from '../support/children';
import { breaking, hostile, named, sample, wide } from '../support/flame-profiles';

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function dataOf(bytes: Uint8Array): FlameData {
  const json = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(textOf(bytes))?.[1];
  return JSON.parse(json ?? '') as FlameData;
}

describe('htmlOf()', () => {
  it('gives the same bytes for the same profile', () => {
    assert.deepEqual(htmlOf(sample(2)), htmlOf(sample(2)));
    assert.deepEqual(htmlOfDiff({ before: sample(), after: sample(2) }), htmlOfDiff({ before: sample(), after: sample(2) }));
  });

  it('lets run nothing but its own script, by its hash', () => {
    const html = textOf(htmlOf(named([hostile, breaking])));
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /^default-src 'none';/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script ?? '');
    const styles = [...html.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => style ?? '');
    assert.deepEqual([scripts.length, styles.length], [1, 1]);
    for (const part of [...scripts, ...styles]) {
      assert.ok(policy.includes(`'sha256-${createHash('sha256').update(part).digest('base64')}'`));
    }
  });

  it('keeps names, titles and notes from becoming HTML', () => {
    const html = textOf(htmlOf(named([hostile, breaking]), { title: breaking, notes: [hostile] }));
    assert.ok(!html.includes('<img'));
    assert.equal(html.match(/<script/g)?.length, 2);
    assert.ok(dataOf(htmlOf(named([hostile]))).strings.includes(hostile));
  });

  it('is valid UTF-8 whatever names are made of', () => {
    const names = ['a\ud800b', '\udc00', 'line\u2028break', '\u202eevil', '{{script}}', '$&', 'x'.repeat(10_000), '名前', '😀'];
    const { strings } = dataOf(htmlOf(named(names)));
    for (const kept of ['a\ufffdb', 'line\ufffdbreak', '\ufffdevil', '{{script}}', '$&', 'x'.repeat(10_000), '名前', '😀']) {
      assert.ok(strings.includes(kept), kept.slice(0, 20));
    }
  });

  it('has all counts of the profile', () => {
    const { sides, values, nodes, packages, lines } = dataOf(htmlOf(sample()));
    assert.deepEqual(values, ['samples', 'wall', 'cpu']);
    assert.equal(sides[0]?.samples.reduce((sum, each) => sum + each, 0), 200);
    assert.equal(sides[0].wall.reduce((sum, each) => sum + each, 0), 2e6);
    assert.equal(nodes.up.length, nodes.frame.length);
    assert.deepEqual(packages, ['', 'marked', 'node']);
    assert.deepEqual([lines.line, lines.hits], [[90, 95], [40, 7]]);
  });

  it('offers no value that was not measured', () => {
    assert.deepEqual(dataOf(htmlOf(named(['a']))).values, ['samples']);
    // Its columns of times are there, but zero.
    assert.deepEqual(dataOf(htmlOf(wide(1))).values, ['samples']);
  });

  it('leaves out what is too thin, counts it and says so', () => {
    const few = dataOf(htmlOf(wide(20_000)));
    assert.deepEqual([few.thinNodes, few.nodes.up.length], [0, 20_008]);
    const many = dataOf(htmlOf(wide(60_000)));
    assert.equal(many.thinNodes, 60_000);
    assert.equal(many.nodes.up.length, 15);
    assert.equal(many.sides[0]?.samples.reduce((sum, each) => sum + each, 0), 60_000);
  });

  it('refuses what is no profile, and options it does not know', () => {
    assert.throws(() => htmlOf('profile' as never), { name: 'TypeError', code: 'ERR_PROFILER_INVALID_ARG_TYPE', message: /a Profile for profile/ });
    assert.throws(() => htmlOf(sample(), { titel: '' } as HtmlOptions), { code: 'ERR_PROFILER_UNKNOWN_OPTION' });
    assert.throws(() => htmlOf(sample(), { title: 3 as never }), { name: 'TypeError', message: /a string for title/ });
    assert.throws(() => htmlOf(sample(), { notes: ['', 3 as never] }), { name: 'TypeError', message: /notes\[1\]/ });
    assert.throws(() => htmlOfDiff({ before: sample(), after: 3 as never }), { name: 'TypeError', message: /for after/ });
  });

  it('stays small', () => {
    const script = readFileSync(join(root, 'dist', 'browser', 'flamegraph.js'));
    assert.ok(gzipSync(script).length < 100_000);
  });
});

describe('htmlOfDiff()', () => {
  it('puts the counts of both on one tree', () => {
    const { sides, nodes, threads } = dataOf(htmlOfDiff({ before: sample(), after: sample(2, 90) }));
    assert.deepEqual(threads, ['main', 'worker 1']);
    const sums = sides.map(({ samples }) => samples.reduce((sum, each) => sum + each, 0));
    assert.deepEqual(sums, [200, 460]);
    // Seven nodes a thread, on each side; those of main are shared.
    assert.equal(nodes.up.length, 14);
    assert.equal(nodes.up.filter((up) => up === 0).length, 2);
  });
});
