import assert from 'node:assert/strict';

import { browserOfSuite } from '../support/browser';
import { PageReader } from '../support/page-reader';
import { downloadEach, searchAndZoom } from '../support/page-steps';

const HOSTILE = '<img src=x onerror="document.title=1">';

describe('The page in a browser', () => {
  const reader = new PageReader(browserOfSuite(), 'one for all');

  reader.quietly('fills its table while the program works, and goes on by itself', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    assert.match((await reader.row('heavy').innerText()).replace(/\s+/g, ' '), /heavy .*page\.js:\d+ [\d.]+ % [\d.]+ – [\d.]+/);
    await reader.state('Running');
    const samples = await reader.row('heavy').locator('.number').first().innerText();
    await page.waitForFunction(
      (before) => [...document.querySelectorAll('#functions tr.row')].some(
        (each) => each.textContent.includes('heavy') && each.querySelector('.number')?.textContent !== before,
      ),
      samples,
    );
    assert.match(await reader.text('#figures'), /at work .* Real interval .* asked for [\d.]+ ms Samples/);
  });

  reader.quietly('shows hostile names as text', async () => {
    const page = await reader.open();
    await reader.row(HOSTILE).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.title(), 'Functions – ox-profile');
  });

  reader.quietly('filters, sorts, and shows the lines of a function', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('BURN');
    await reader.row('heavy').waitFor({ state: 'detached' });
    assert.equal(await page.locator('#functions tr.row').count(), 1);
    await page.click('#sort-self');
    assert.equal(await page.locator('th', { hasText: 'Self' }).getAttribute('aria-sort'), 'descending');
    await reader.row('burn').getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.locator('#functions .lines tbody tr').first().waitFor();
    await page.fill('#filter', 'nowhere at all');
    await page.locator('#functions-message', { hasText: 'No function has this' }).waitFor();
  });

  reader.quietly('keeps what is focused, whatever comes', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    const button = page.locator('#functions').getByRole('button', { name: 'own', exact: true });
    await button.focus();
    // The first is shown where the second comes.
    for (let ticks = 0; ticks < 2; ticks++) {
      await page.waitForResponse((response) => response.url().includes('functions.json'));
    }
    assert.ok(await button.evaluate((element) => element === document.activeElement));
    // Even where its row is moved among the others.
    await page.locator('#sort-self').dispatchEvent('click');
    await page.waitForResponse((response) => response.url().includes('sort=self'));
    await page.waitForResponse((response) => response.url().includes('sort=self'));
    assert.ok(await button.evaluate((element) => element === document.activeElement));
  });

  reader.quietly('searches and zooms the flame graph, which keeps its place as counts come', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await page.click('#views a:has-text("Flame graph")');
    await searchAndZoom(page, 'heavy');
    assert.match(page.url(), /\/flamegraph$/);
    // Who looks at it closely is not disturbed: the next counts come after.
    await page.locator('#search').focus();
    await page.waitForResponse((response) => response.url().includes('flamegraph.json'));
    await page.locator('#flame-age', { hasText: 'as of' }).waitFor();
    assert.ok(await page.locator('#reset').isEnabled());
    await page.click('#reset');
    assert.ok(await page.locator('#reset').isDisabled());
  });

  reader.quietly('gives what is selected in each format', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await downloadEach(page, /heavy/);
  });

  reader.quietly('has room for lines and downloads on a narrow screen', async () => {
    const page = await reader.open('', { viewport: { width: 400, height: 800 } });
    await reader.row('burn').getByRole('button').click();
    const line = page.locator('#functions .lines tbody tr').first();
    await line.waitFor();
    assert.match((await line.innerText()).replace(/\s+/g, ' '), /^\s*\d+ [\d ]+ [\d.]+ %/);
    await page.click('#downloads summary');
    const menu = (await page.locator('#formats').boundingBox())!;
    assert.ok(menu.x >= 0 && menu.x + menu.width <= 400, JSON.stringify(menu));
  });

  reader.quietly('begins both views without Node internals', async () => {
    const page = await reader.open();
    assert.ok(await page.locator('#hide-internals').isChecked());
    await page.goto(`${reader.program.url}flamegraph`);
    await page.locator('#graph').waitFor();
    assert.equal(await page.locator('#internals').getAttribute('aria-pressed'), 'true');
  });
});
