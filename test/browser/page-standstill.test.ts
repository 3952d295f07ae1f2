import assert from 'node:assert/strict';

import { browserOfSuite } from '../support/browser';
import { PageReader } from '../support/page-reader';
import { until } from '../support/server';

describe('The page of a program that stands still', () => {
  const reader = new PageReader(browserOfSuite(), 'one for each');

  it('says what a change waits for, and when it is made', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    reader.program.stick();
    await page.locator('#standstill a').waitFor();
    await page.click('#switch-button');
    assert.equal(await reader.text('#switch-button'), 'Pausing …');
    const notice = page.locator('#notice', { hasText: 'busy' });
    await notice.waitFor();
    assert.doesNotMatch(await reader.text('#notice'), /Nothing is changed/);
    reader.program.release();
    await reader.state('Paused');
    await notice.waitFor({ state: 'hidden' });
    await page.locator('#standstill:empty').waitFor({ state: 'attached' });
    await until(async () => /Own cost 0.0 % paused/.test(await reader.text('#figures')), 100);
    await page.click('#switch-button');
    await reader.state('Running');
  });

  reader.quietly('goes on, and names what the main thread is stuck in', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    const { nowMillis } = await reader.program.status();
    reader.program.stick();
    await page.locator('#standstill a').click();
    const now = page.locator('#now li', { hasText: 'main' });
    await now.locator('.stack', { hasText: 'culprit' }).waitFor();
    const stall = page.locator('#stalls tr.lasts').first();
    await stall.waitFor();
    assert.equal(await page.locator('#stale').isVisible(), false);
    await stall.getByRole('button').click();
    await page.locator('#stalls .details .stack', { hasText: 'culprit' }).first().waitFor();
    // What a span has of it comes with the next second.
    await until(async () => (await reader.program.functionsSince(nowMillis)).includes('culprit'), 100);
    await page.locator('#stalls .details:not([hidden]) button').click();
    await page.waitForURL(/from=\d+&to=\d+/);
    await reader.row('culprit').waitFor();
  });
});
