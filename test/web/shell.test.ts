import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import { assetNamed, confirmPage, messagePage, shellOf, type Change, type View } from '../../dist/web/shell';

const hostile = `"><img src=x onerror=alert(1)>'</title><script>alert(2)</script>{{token}}&amp;`;
const views: View[] = ['index', 'status', 'flamegraph', 'stalls', 'stats', 'show_req_times'];
const changes: Change[] = ['pause', 'unpause', 'set_interval', 'reset'];

const shell = (view: View, user?: string, hasRequestTimes = true): string =>
  shellOf({ view, token: hostile, user, isBeside: false, hasRequestTimes });

/** What the policy of the pages forbids: they would be without it. */
function expectNothingInline(html: string): void {
  const tags = html.replace(/"[^"]*"/g, '""');
  assert.doesNotMatch(tags, /<script(?![^>]*\bsrc=)/);
  assert.doesNotMatch(tags, /<style|\sstyle=/);
  assert.doesNotMatch(tags, /<[^>]*\son\w+=/);
  assert.doesNotMatch(html, /javascript:|https?:/);
}

describe('shellOf()', () => {
  it('has no script, style or handler within it, in any view', () => {
    for (const view of views) expectNothingInline(shell(view, hostile));
  });

  it('shows a hostile user and token as text', () => {
    const html = shell('index', hostile);
    assert.ok(!html.includes('<img'));
    assert.ok(!html.includes('alert(2)</script>'));
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.ok(html.includes('<p id="user" class="soft">&#34;&#62;&#60;img src=x onerror=alert(1)&#62;'));
    // A field in a value is not filled in again.
    assert.ok(html.includes('{{token}}&#38;amp;</p>'));
  });

  it('marks the view it begins with, and links beside its path', () => {
    for (const view of views) {
      assert.equal(shell(view).match(/aria-current="page"/g)?.length, 1, view);
    }
    assert.match(shell('stalls'), /<a href="stalls" aria-current="page">Stalls<\/a>/);
    assert.doesNotMatch(shell('index'), /(?:href|src|action)="\//);
  });

  it('links to request times only where there are some', () => {
    assert.match(shell('index', 'ada', true), /<a href="show_req_times">Requests<\/a>/);
    assert.doesNotMatch(shell('index', 'ada', false), /<a href="show_req_times">/);
  });
});

describe('confirmPage()', () => {
  it('has one form, which is sent by POST and has the token', () => {
    for (const change of changes) {
      const html = confirmPage({ change, token: hostile });
      expectNothingInline(html);
      assert.equal(html.match(/<form/g)?.length, 1);
      assert.equal(html.match(/<button/g)?.length, 1);
      assert.ok(html.includes(`<form method="post" action="${change}">`));
      assert.ok(html.includes('name="token" value="&#34;&#62;&#60;img'));
    }
  });

  it('asks for an interval where that is changed', () => {
    assert.match(confirmPage({ change: 'set_interval', token: 't', intervalMillis: 2.5 }), /name="interval"[^>]* value="2.5"/);
    assert.doesNotMatch(confirmPage({ change: 'reset', token: 't' }), /name="interval"/);
  });
});

describe('messagePage()', () => {
  it('shows whatever it is given as text', () => {
    const html = messagePage(hostile, hostile, `/${hostile}`);
    assert.ok(!html.includes('<img'));
    assert.ok(!html.includes('<script'));
  });
});

describe('assetNamed()', () => {
  it('has the script and the style of the page, and nothing else', () => {
    assert.equal(assetNamed('page.js')?.type, 'text/javascript; charset=utf-8');
    assert.equal(assetNamed('page.css')?.type, 'text/css; charset=utf-8');
    for (const name of ['', 'page.html', '../web/shell.js', 'toString', '__proto__']) {
      assert.equal(assetNamed(name), undefined, name);
    }
    assert.notEqual(assetNamed('page.js')?.etag, assetNamed('page.css')?.etag);
  });

  it('stays small', () => {
    const sizes = ['page.js', 'page.css'].map((name) => gzipSync(assetNamed(name)!.bytes).length);
    assert.ok(sizes[0]! + sizes[1]! < 50_000, String(sizes));
  });
});
