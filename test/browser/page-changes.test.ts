import assert from 'node:assert/strict';

import { browserOfSuite } from '../support/browser';
import { PageProgram, PageReader } from '../support/page-reader';
import { relayTo } from '../support/relay';

describe('Changes by the page', () => {
  const reader = new PageReader(browserOfSuite(), 'one for each');

  reader.quietly('pauses and goes on', async () => {
    const page = await reader.open();
    await reader.state('Running');
    await page.click('#switch-button');
    await reader.state('Paused');
    assert.equal((await reader.program.status()).isPaused, true);
    await page.click('#switch-button');
    await reader.state('Running');
    assert.equal((await reader.program.status()).isPaused, false);
  });

  reader.quietly('changes the interval', async () => {
    const page = await reader.open();
    await page.locator('#interval-field:enabled').fill('3.5');
    await page.keyboard.press('Enter');
    await page.locator('#notice', { hasText: 'The interval is 3.5 ms' }).waitFor();
    assert.equal((await reader.program.status()).intervalMillis.asked, 3.5);
  });

  reader.quietly('forgets the counts, once that is confirmed', async () => {
    const page = await reader.open();
    await reader.state('Running');
    const { epoch } = await reader.program.status();
    await page.click('#reset-counts');
    await page.click('#reset-no');
    assert.equal((await reader.program.status()).epoch, epoch);
    await page.click('#reset-counts');
    await page.locator('#reset-form .primary').click();
    await page.locator('#notice', { hasText: 'begin anew' }).waitFor();
    assert.notEqual((await reader.program.status()).epoch, epoch);
  });

  it('says when the connection is lost, and goes on with the program that comes after', async () => {
    await using relay = await relayTo(reader.program.url);
    const page = await reader.open('', {}, relay.url);
    await reader.row('heavy').waitFor();
    const { epoch } = await reader.program.status();
    await reader.program.end();
    await page.locator('#stale', { hasText: 'The connection is lost. What you see is of' }).waitFor();
    await reader.state('Not known now');
    reader.program = await PageProgram.start();
    relay.target = reader.program.url;
    await page.locator('#stale').waitFor({ state: 'hidden' });
    await reader.state('Running');
    assert.notEqual((await reader.program.status()).epoch, epoch);
    await reader.row('heavy').waitFor();
    // The token of its page is of the program before.
    await page.click('#switch-button');
    await reader.state('Paused');
    assert.equal((await reader.program.status()).isPaused, true);
  });
});
