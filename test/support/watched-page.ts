import assert from 'node:assert/strict';

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** What any step of a browser may take where other programs have the cores. */
export const PATIENCE_MILLIS = 90_000;

/** A page, and what a page must not give reason to: see `openWatched()`. */
export interface WatchedPage {
  readonly page: Page;
  /** In the order in which they came. What comes after the page's end is not of
   * the next one. */
  readonly problems: string[];
}

/**
 * Opens a page in a context of its own. What the policy forbids, errors, warnings,
 * dialogs, and requests elsewhere are problems.
 *
 * @param isExpected of a URL: whether the page may ask for it
 */
export async function openWatched(
  browser: Browser,
  url: string,
  isExpected: (url: string) => boolean,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('dialog', (dialog) => {
    problems.push('dialog');
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!isExpected(asked) && !asked.startsWith('data:')) problems.push(`request for ${asked}`);
  });
  await page.goto(url);
  return { page, problems };
}

/** Drags one finger over the page, to and along the points given. */
export async function drag(page: Page, points: readonly { x: number; y: number }[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  const [first, ...rest] = points;
  assert.ok(first !== undefined);
  await touch('touchStart', [first]);
  for (const point of rest) await touch('touchMove', [point]);
  await touch('touchEnd', []);
  await session.detach();
}
