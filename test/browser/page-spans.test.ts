import assert from 'node:assert/strict';

import { browserOfSuite } from '../support/browser';
import { PageReader } from '../support/page-reader';
import { pickSpan, rememberedLately } from '../support/page-steps';
import { drag } from '../support/watched-page';

describe('Spans of time on the page', () => {
  const reader = new PageReader(browserOfSuite(), 'one for all');

  reader.quietly('picks a span with the mouse, and is sent with it', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await pickSpan(page);
    const link = page.url();
    assert.match(link, /\?from=\d+&to=\d+$/);
    assert.match((await page.locator('#formats a').first().getAttribute('href'))!, /&from=\d+&to=\d+$/);
    await page.goto(link);
    await page.locator('#span-text', { hasText: 'busy' }).waitFor();
    await page.click('#span-all');
    assert.doesNotMatch(page.url(), /from=/);
  });

  reader.quietly('picks a span with a finger, and scrolls where one goes up and down', async () => {
    const size = { width: 360, height: 640 };
    const page = await reader.open('', { viewport: size, hasTouch: true, isMobile: true });
    await reader.row('heavy').waitFor();
    await rememberedLately(page);
    const box = (await page.locator('#strip').boundingBox())!;
    const at = (share: number, y = 50) => ({ x: box.x + box.width * share, y: box.y + y });
    await page.evaluate(() => {
      const ended = new Promise((resolve) => addEventListener('scrollend', resolve, { once: true, capture: true }));
      Object.assign(globalThis, { ended });
    });
    await drag(page, [at(0.5, 50), at(0.5, 20), at(0.5, -20), at(0.5, -60)]);
    // It rolls on for a while, and would move what the next finger is put on.
    await page.evaluate(() => (globalThis as unknown as { ended: Promise<unknown> }).ended.then(() => undefined));
    assert.doesNotMatch(page.url(), /from=/);
    assert.ok((await page.evaluate(() => scrollY)) > 0);
    await page.evaluate(() => scrollTo(0, 0));
    await drag(page, [at(0.92), at(0.93), at(0.95), at(0.97)]);
    await page.waitForURL(/\?from=\d+&to=\d+$/);
    await page.locator('#span-text', { hasText: 'busy' }).waitFor();
    assert.match(await reader.text('#span-text'), /^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d \((\d+ min )?\d+ s\), [\d.]+ % busy$/);
  });

  reader.quietly('picks a span with the keyboard', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await rememberedLately(page);
    await page.focus('#span-from');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/from=/);
    const from = page.locator('#span-from');
    const value = await from.getAttribute('aria-valuetext');
    assert.match(value!, /^\d\d:\d\d:\d\d$/);
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await from.getAttribute('aria-valuetext'), value);
    await page.keyboard.press('Escape');
    assert.equal(await from.getAttribute('aria-valuetext'), 'no span is picked');
  });

  reader.quietly('shows the last seconds, as time goes on', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await rememberedLately(page);
    await page.click('#span-ten');
    const first = page.url();
    assert.match(first, /from=\d+&to=\d+$/);
    await page.waitForFunction((before) => location.href !== before, first);
    assert.equal(await page.locator('#span-ten').getAttribute('aria-pressed'), 'true');
    await page.locator('#figures', { hasText: 'in this span' }).waitFor();
    await page.click('#span-all');
    assert.equal(await page.locator('#span-ten').getAttribute('aria-pressed'), 'false');
    assert.doesNotMatch(page.url(), /from=/);
  });
});
