import assert from 'node:assert/strict';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import type { Status } from '../../dist/web/api';
import { browserOfSuite } from '../support/browser';
import { root } from '../support/children';
import { downloadEach, pickSpan, searchAndZoom } from '../support/page-steps';
import { startProgram, type Program } from '../support/programs';
import { until } from '../support/server';
import { PATIENCE_MILLIS } from '../support/watched-page';

describe('The page within an Express application', () => {
  const browser = browserOfSuite();
  let example: Program;
  let url: string;
  let page: Page;

  // For each test a new one: it leaves it as it likes.
  beforeEach(async () => {
    example = await startProgram([join(root, 'examples', 'express.mjs')], { PORT: '0' });
    url = example.line;
  });
  afterEach(() => example.end());

  beforeEach(async () => {
    const context = await browser().newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(PATIENCE_MILLIS);
    page = await context.newPage();
  });
  afterEach(() => page.context().close());

  async function logIn(name: string): Promise<void> {
    await page.goto(url);
    await page.locator('input[name=name]').fill(name);
    await page.locator('button').click();
    await page.locator(`text=You are ${name}`).waitFor();
  }

  async function status(): Promise<Status> {
    const answered = await page.request.get(`${url}ox_profile/status.json`);
    return (await answered.json()) as Status;
  }

  it('is for who is allowed: runs, fills under load, changes its interval, shows, gives, pauses', async () => {
    await logIn('ada');
    await page.goto(`${url}ox_profile/`);
    await page.locator('#state', { hasText: 'Paused' }).waitFor();
    await page.getByRole('button', { name: 'Run' }).click();
    await page.locator('#state', { hasText: 'Running' }).waitFor();

    const found = page.locator('#functions tr.row', { hasText: 'examples/express.mjs' }).first().waitFor();
    let isOver = false;
    const ended = found.finally(() => {
      isOver = true;
    });
    const load = async (): Promise<void> => {
      while (!isOver) {
        const answered = await page.request.get(`${url}primes/300000`);
        assert.equal(answered.status(), 200);
      }
    };
    await Promise.all([ended, load()]);

    await page.locator('#interval input[name=interval]').fill('2');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await until(async () => (await status()).intervalMillis.asked === 2);

    await page.getByRole('link', { name: 'Flame graph' }).click();
    await searchAndZoom(page, 'primes');
    await page.getByRole('link', { name: 'Functions' }).click();
    await pickSpan(page);
    await page.click('#span-all');
    await downloadEach(page, /^primes|handle/);

    await page.getByRole('link', { name: 'Requests' }).click();
    await page.locator('tr', { hasText: '/primes/:upTo' }).waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('#state', { hasText: 'Paused' }).waitFor();
  });

  it('is not for others, and says why', async () => {
    const nobody = await page.goto(`${url}ox_profile/`);
    assert.equal(nobody?.status(), 401);
    await logIn('eve');
    const refused = await page.goto(`${url}ox_profile/flamegraph`);
    assert.equal(refused?.status(), 403);
    const said = await page.locator('main').innerText();
    assert.match(said, /"eve"/);
    assert.doesNotMatch(said, /ada/);
  });

  it('changes nothing for a page of another origin', async () => {
    await logIn('ada');
    const { sinceMillis } = await status();
    await page.goto('data:text/html,<title>evil</title>');
    await page.setContent(
      `<form method="post" action="${url}ox_profile/unpause"><input name="token" value="x"><button>Win</button></form>`,
    );
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/unpause')),
      page.locator('button').click(),
    ]);
    assert.ok(answer.status() === 403 || answer.status() === 401, String(answer.status()));
    assert.equal((await status()).sinceMillis, sinceMillis);
  });
});
