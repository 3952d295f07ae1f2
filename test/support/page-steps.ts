import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Page } from 'playwright-core';

import { Profile } from 'ox-profile';
import { until } from './server';

// What a reader of the pages does, wherever they are mounted.

const FORMATS = ['html', 'cpuprofile', 'pprof', 'speedscope', 'collapsed', 'markdown', 'text', 'csv', 'json'];
/** `Profile.read()` takes these. */
const READABLE = new Set(['pprof', 'cpuprofile', 'collapsed', 'speedscope', 'json']);

export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replace(/\s+/g, ' ');
}

/** In the view of the flame graph: looks for a function and zooms to it. */
export async function searchAndZoom(page: Page, name: string): Promise<void> {
  await page.locator('#graph').waitFor();
  await page.fill('#search', name);
  assert.match(await textOf(page, '#matches'), /^[\d.]+ % of samples \(.*\), \d+ functions?$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  assert.ok((await textOf(page, '#detail')).startsWith(`${name} · `));
  assert.ok(await page.locator('#reset').isEnabled());
}

/** Waits until nothing of the last seconds is a pause, or before the program. */
export async function rememberedLately(page: Page): Promise<void> {
  const isKnown = async (fromMillis: number, toMillis: number): Promise<boolean> => {
    const path = `functions.json?from=${String(fromMillis)}&to=${String(toMillis)}`;
    return (await page.request.get(new URL(path, page.url()).href)).ok();
  };
  // The middle of what is picked then.
  await until(() => isKnown(Date.now() - 4300, Date.now() - 3300), 100);
}

/** On the strip of the last minutes: picks some of the last seconds with the mouse. */
export async function pickSpan(page: Page): Promise<void> {
  await rememberedLately(page);
  const box = (await page.locator('#strip').boundingBox())!;
  const asked = page.waitForResponse((response) => /functions\.json.*from=\d+&to=\d+/.test(response.url()));
  // Of one minute, or of two, the last seconds are left out.
  await page.mouse.move(box.x + box.width * 0.92, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.97, box.y + 50, { steps: 4 });
  await page.mouse.up();
  assert.equal((await asked).status(), 200);
  assert.match(await textOf(page, '#span-text'), /^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d \((\d+ min )?\d+ s\), [\d.]+ % busy$/);
}

/** Downloads what is shown in each format, and finds a function of such a name in it. */
export async function downloadEach(page: Page, name: RegExp): Promise<void> {
  for (const format of FORMATS) {
    await page.click('#downloads summary');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click(`#formats a[href*="format=${format}"]`),
    ]);
    const bytes = readFileSync(await download.path());
    if (!READABLE.has(format)) {
      assert.match(bytes.toString(), name, format);
      continue;
    }
    const profile = await Profile.read(bytes);
    assert.ok(profile.topFunctions().some((each) => name.test(each.name)), format);
  }
}
