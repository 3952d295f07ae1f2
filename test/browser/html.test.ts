import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

import type { BrowserContextOptions, Page } from 'playwright-core';

import { htmlOf, htmlOfDiff } from '../../dist/export/html';
import { browserOfSuite } from '../support/browser';
import { breaking, hostile, named, sample, wide } from '../support/flame-profiles';
import { openWatched } from '../support/watched-page';

describe('the page of htmlOf()', () => {
  const browser = browserOfSuite();
  let page: Page;
  let problems: string[] = [];

  afterEach(async () => {
    await (page as Page | undefined)?.context().close();
  });

  /** Opens a page as a server would give it. Other requests are problems. */
  async function open(html: Uint8Array, options: BrowserContextOptions = {}): Promise<Page> {
    const elsewhere: string[] = [];
    const server = createServer((request, response) => {
      if (request.url !== '/page') elsewhere.push(`request for ${String(request.url)}`);
      response.setHeader('content-type', 'text/html').end(html);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${String(port)}/page`;
    const viewport = { width: 1200, height: 800 };
    ({ page, problems } = await openWatched(browser(), url, (asked) => asked === url, {
      viewport,
      ...options,
    }));
    await new Promise((done) => server.close(done).closeAllConnections());
    problems.push(...elsewhere);
    return page;
  }

  /** A test in which the page must give no reason to complain. */
  function quietly(title: string, run: () => Promise<void>): void {
    it(title, async () => {
      await run();
      assert.deepEqual(problems, []);
    });
  }

  const tip = async (): Promise<string> => (await page.locator('#tip').innerText()).replace(/\s+/g, ' ');
  const detail = async (): Promise<string> => (await page.locator('#detail').innerText()).replace(/\s+/g, ' ');
  const press = async (...keys: string[]): Promise<void> => {
    await page.focus('#graph');
    for (const key of keys) await page.keyboard.press(key);
  };
  /** The colours on a row of the graph, from 0, at a part of its width. */
  const colourAt = (row: number, part: number): Promise<number[]> =>
    page.evaluate(
      ([row, part]) => {
        const canvas = document.querySelector('canvas#canvas') as HTMLCanvasElement;
        const x = Math.floor(canvas.width * part!);
        // A canvas of its own: reading the page's would make it slow, and warn.
        const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
        context.drawImage(canvas, -x, -(row! * 21 + 3));
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
      },
      [row, part],
    );

  /** Waits until it holds; the test's own time limit ends it. */
  async function until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await page.waitForTimeout(20);
  }

  quietly('shows what the profile rests on', async () => {
    await open(htmlOf(sample(), { title: 'Service', notes: ['late code'] }));
    assert.equal(await page.title(), 'Service');
    const head = (await page.locator('header').innerText()).replace(/\s+/g, ' ');
    assert.match(head, /Service samples 100 idle samples 100 duration 2\.0 s .*interval 10\.00 ms asked for .*dropped 4/);
    assert.match(head, /Note: late code|late code/);
  });

  quietly('shows hostile names as text and runs nothing of them', async () => {
    const names = [hostile, breaking, '\u2028\ud800', 'x'.repeat(10_000)];
    await open(htmlOf(named(names), { title: hostile, notes: [breaking] }));
    assert.equal(await page.title(), hostile);
    const seen: string[] = [];
    await press('ArrowDown');
    for (const _ of names) {
      seen.push(await page.locator('#tip .name').innerText());
      await page.keyboard.press('ArrowRight');
    }
    assert.ok(seen.includes(hostile));
    assert.ok(seen.includes(breaking));
    const longest = seen.find((name) => name.startsWith('xxx'));
    assert.equal(longest?.length, 300);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('script').count(), 2);
  });

  quietly('forbids scripts that are not its own', async () => {
    await open(htmlOf(sample()));
    const ran = await page.evaluate(() => {
      try {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
      } catch {
        // Trusted types refuse the text already.
      }
      return 'ran' in globalThis;
    });
    assert.equal(ran, false);
    // The browser told of it, as it should.
    assert.ok(problems.splice(0).length > 0);
  });

  quietly('searches, with the share of samples that match', async () => {
    await open(htmlOf(sample()));
    await page.keyboard.press('/');
    await page.keyboard.type('MARKED');
    assert.match(await page.locator('#matches').innerText(), /^90\.0 % of samples \(82\.6 – 94\.5 %\), 1 function$/);
    await page.fill('#search', '/^serve$|ticks/');
    assert.match(await page.locator('#matches').innerText(), /^100\.0 % of samples .* 2 functions$/);
    await page.fill('#search', 'nowhere');
    assert.match(await page.locator('#matches').innerText(), /^0\.0 % .* 0 functions$/);
    await page.fill('#search', 'marked');
    await page.keyboard.press('Enter');
    assert.match(await tip(), /^parse/);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#search').inputValue(), '');
  });

  quietly('is used with the keyboard: arrows move, Enter zooms, Escape goes back', async () => {
    await open(htmlOf(sample()));
    await press('ArrowDown');
    assert.match(await detail(), /^serve · 70\.0 % \(60\.4 – 78\.1 %\) · 70 samples · \/srv\/app\.js:41:1$/);
    await page.keyboard.press('ArrowRight');
    assert.match(await detail(), /^processTicks · 30\.0 %/);
    const before = await colourAt(1, 0.1);
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#reset').isEnabled());
    await until(async () => !isDeepStrictEqual(await colourAt(1, 0.1), before));
    await page.keyboard.press('ArrowLeft');
    assert.match(await detail(), /^processTicks/, 'what is out of sight is not gone to');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#reset').isDisabled());
    await until(async () => isDeepStrictEqual(await colourAt(1, 0.1), before));
    assert.equal(await page.locator('#graph').evaluate((graph: HTMLElement) => graph.matches(':focus-visible')), true);
  });

  quietly('zooms to what is clicked, and back', async () => {
    await open(htmlOf(sample()));
    const canvas = page.locator('#canvas');
    await canvas.click({ position: { x: 1000, y: 30 } });
    assert.match(await detail(), /^processTicks/);
    assert.ok(await page.locator('#reset').isEnabled());
    await page.click('#reset');
    assert.ok(await page.locator('#reset').isDisabled());
  });

  quietly('tells place, package, figures, intervals and hottest lines of a frame', async () => {
    await open(htmlOf(sample()));
    await page.locator('#canvas').hover({ position: { x: 300, y: 50 } });
    assert.match(await tip(), /^parse \/srv\/node_modules\/marked\/lib\/marked\.js:86:3 marked /);
    assert.match(await tip(), /total 60 60\.0 % 50\.2 – 69\.1 %/);
    assert.match(await tip(), /in all stacks 90 90\.0 % 82\.6 – 94\.5 %/);
    assert.match(await tip(), /line 90: 40 \(85\.1 %\) · line 95: 7/);
  });

  quietly('turns stacks, so that what the time was spent in comes first', async () => {
    await open(htmlOf(sample()));
    await page.click('#inverted');
    await press('ArrowDown');
    assert.match(await detail(), /^parse · 90\.0 %/);
    await page.keyboard.press('ArrowDown');
    assert.match(await detail(), /^serve · 90\.0 %/);
  });

  quietly('counts Node internals for who called them once they are hidden', async () => {
    await open(htmlOf(sample()));
    await page.click('#internals');
    await press('ArrowDown');
    assert.match(await detail(), /^serve · 100\.0 % .* 100 samples/);
  });

  quietly('says what is no regular expression', async () => {
    await open(htmlOf(sample()));
    await page.fill('#search', '/serve(/');
    assert.match(await page.locator('#matches').innerText(), /^not a regular expression; .* 0 functions$/);
    await page.fill('#search', '/serve(x?)/');
    assert.match(await page.locator('#matches').innerText(), /^[\d.]+ % of samples/);
  });

  quietly('shows idle samples when asked', async () => {
    await open(htmlOf(sample()));
    await page.click('#idle');
    await press('ArrowDown');
    assert.match(await detail(), /^\(idle\) · 50\.0 %/);
  });

  quietly('stands as a flame or hangs as icicles', async () => {
    await open(htmlOf(sample()));
    const back = await colourAt(10, 0.5);
    assert.notDeepEqual(await colourAt(0, 0.5), back);
    await page.click('#flame');
    assert.deepEqual(await colourAt(0, 0.5), back);
    await press('ArrowUp');
    assert.match(await detail(), /^serve/);
  });

  quietly('shows wall and CPU time, with intervals that rest on samples', async () => {
    await open(htmlOf(sample()));
    await page.selectOption('#value', 'wall');
    await press('ArrowDown');
    assert.match(await detail(), /^serve · 70\.0 % \(60\.4 – 78\.1 %\) · 700\.0 ms wall/);
  });

  quietly('shows threads side by side, merged or one', async () => {
    await open(htmlOf(sample(2)));
    await press('ArrowDown');
    assert.match(await detail(), /^main · 50\.0 %/);
    await page.selectOption('#colour', 'thread');
    assert.notDeepEqual(await colourAt(1, 0.1), await colourAt(1, 0.9));
    await page.selectOption('#thread', 'merged');
    await press('ArrowDown');
    assert.match(await detail(), /^serve · 70\.0 % .* 140 samples/);
    await page.selectOption('#thread', '1');
    await press('ArrowDown');
    assert.match(await detail(), /^serve · 70\.0 % .* 70 samples/);
  });

  quietly('is dark where the system is, or when switched', async () => {
    const brightness = async (): Promise<number> => (await colourAt(10, 0.5))[0]!;
    await open(htmlOf(sample()), { colorScheme: 'dark' });
    assert.ok((await brightness()) < 60);
    await page.click('#theme');
    assert.ok((await brightness()) > 200);
    await page.click('#theme');
    assert.ok((await brightness()) < 60);
  });

  quietly('prints light and whole, without its tools', async () => {
    await open(htmlOf(sample()), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    // It is drawn anew in the next frame.
    await page.waitForSelector('#canvas[width="2080"]');
    assert.equal(await page.locator('#search').isVisible(), false);
    assert.equal(await page.locator('#canvas').getAttribute('height'), String(4 * 21 * 2));
    await page.emulateMedia({ media: 'screen' });
    assert.equal(await page.locator('#search').isVisible(), true);
  });

  quietly('fits on a telephone', async () => {
    await open(htmlOf(sample(3)), { viewport: { width: 360, height: 740 } });
    const wide = await page.locator('html').evaluate((root) => root.scrollWidth);
    assert.ok(wide <= 360, `${String(wide)} pixels wide`);
  });

  quietly('says that thin stacks are not drawn', async () => {
    await open(htmlOf(wide(60_000)));
    assert.match(await page.locator('#notes').innerText(), /^60.000 stacks of less than 0\.01 %/);
  });

  quietly('compares two profiles, and tells slower from faster in figures', async () => {
    await open(htmlOfDiff({ before: sample(), after: sample(1, 460) }));
    await press('ArrowDown', 'ArrowDown');
    assert.match(await detail(), /^parse · 92\.0 % .* \+32\.0 points \(.*\): slower/);
    await press('Home', 'ArrowDown', 'ArrowRight');
    assert.match(await tip(), /−24\.0 points \(.*\): faster/);
    const [red, , blue] = await colourAt(2, 0.1);
    assert.ok(red! > blue!, 'slower is red');
    const [redOfFaster, , blueOfFaster] = await colourAt(1, 0.97);
    assert.ok(blueOfFaster! > redOfFaster!, 'faster is blue');
    await page.fill('#search', 'ticks');
    assert.match(await page.locator('#matches').innerText(), /^30\.0 % → 6\.0 % \(−24\.0 points\)/);
  });
});
