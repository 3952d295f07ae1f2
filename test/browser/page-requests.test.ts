import assert from 'node:assert/strict';

import type { Page } from 'playwright-core';

import { browserOfSuite } from '../support/browser';
import { PageReader } from '../support/page-reader';

/** Listens to the ticks of the server as the page does.
 *
 * @returns what waits for so many more
 */
async function ticksBeside(page: Page): Promise<(count: number) => Promise<void>> {
  const begun = page.waitForRequest('**/events');
  const counter = await page.evaluateHandle(() => {
    const seen = { ticks: 0 };
    new EventSource('events').addEventListener('tick', () => seen.ticks++);
    return seen;
  });
  await begun;
  return async (count) => {
    const before = await counter.evaluate(({ ticks }) => ticks);
    await page.waitForFunction(([seen, least]) => seen.ticks >= least, [counter, before + count] as const);
  };
}

describe('The requests of the page', () => {
  const reader = new PageReader(browserOfSuite(), 'one for all');

  reader.quietly('asks once a tick and view, and not at all while it is hidden', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const ticks = await ticksBeside(page);
    await ticks(3);
    const functions = asked.filter((path) => path.endsWith('functions.json')).length;
    // Where an answer takes long there is a rest after it.
    assert.ok(functions >= 1 && functions <= 4, String(functions));
    assert.equal(asked.filter((path) => !/\/(functions\.json|events)$/.test(path)).length, 0);
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true });
    });
    // What is asked already may still be on its way.
    await ticks(1);
    asked.length = 0;
    await ticks(3);
    assert.deepEqual(asked, []);
  });

  it('says when its reader is logged out, and asks no more', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    await page.route('**/functions.json*', (route) =>
      route.fulfill({ status: 401, json: { error: { code: 'ERR_PROFILER_FORBIDDEN', message: 'Who are you?' } } }),
    );
    await page.locator('#stale', { hasText: 'You are logged out. Load the page anew' }).waitFor();
    const ticks = await ticksBeside(page);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.click('#sort-self');
    await page.click('#span-ten');
    // They would have brought the next ones.
    await ticks(3);
    assert.deepEqual(asked, []);
    await page.unroute('**/functions.json*');
    await page.click('#stale a');
    await reader.row('heavy').waitFor();
  });
});
