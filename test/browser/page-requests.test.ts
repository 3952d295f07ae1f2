import assert from 'node:assert/strict';

import type { Page } from 'playwright-core';

import { browserOfSuite } from '../support/browser';
import { PageReader } from '../support/page-reader';
import { until } from '../support/server';

interface Ticks {
  seen(): Promise<number>;
  /** Waits for so many more. */
  more(count: number): Promise<void>;
}

/** Listens to the ticks of the server as the page does. */
async function ticksBeside(page: Page): Promise<Ticks> {
  const begun = page.waitForRequest('**/events');
  const counter = await page.evaluateHandle(() => {
    const seen = { ticks: 0 };
    new EventSource('events').addEventListener('tick', () => seen.ticks++);
    return seen;
  });
  await begun;
  const seen = (): Promise<number> => counter.evaluate(({ ticks }) => ticks);
  return {
    seen,
    more: async (count) => {
      const least = (await seen()) + count;
      await page.waitForFunction(([counted, least]) => counted.ticks >= least, [counter, least] as const);
    },
  };
}

describe('The requests of the page', () => {
  const reader = new PageReader(browserOfSuite(), 'one for all');

  reader.quietly('asks once a tick and view, and not at all while it is hidden', async () => {
    const page = await reader.open();
    await reader.row('heavy').waitFor();
    const ticks = await ticksBeside(page);
    // The first comes as soon as one listens.
    await ticks.more(1);
    const before = await ticks.seen();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await until(() => asked.length >= 3);
    const requests = [...asked];
    // Where an answer takes long there is a rest after it, of more than a tick.
    const passed = (await ticks.seen()) - before;
    assert.ok(requests.length <= passed + 1, `${String(requests.length)} in ${String(passed)} ticks`);
    assert.deepEqual(requests.filter((path) => !path.endsWith('/functions.json')), []);
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true });
    });
    // What is asked already may still be on its way.
    await ticks.more(1);
    asked.length = 0;
    await ticks.more(2);
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
    await ticks.more(3);
    assert.deepEqual(asked, []);
    await page.unroute('**/functions.json*');
    await page.click('#stale a');
    await reader.row('heavy').waitFor();
  });
});
