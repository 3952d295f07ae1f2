import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { AxeResults } from 'axe-core';

import { browserOfSuite } from '../support/browser';
import { PageReader } from '../support/page-reader';

const VIEWS = ['', 'flamegraph', 'stalls', 'stats'];

describe('The page for everybody', () => {
  const reader = new PageReader(browserOfSuite(), 'one for all');
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

  for (const view of VIEWS) {
    reader.quietly(`gives axe nothing serious to say: ${view === '' ? 'functions' : view}`, async () => {
      const page = await reader.open(view);
      await reader.state('Running');
      await page.locator('.view:visible :is(table, canvas, dl, li)').first().waitFor();
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [360, 1920]) {
          await page.setViewportSize({ width, height: 800 });
          // The page draws anew in the next frame.
          await page.evaluate(
            () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
          );
          const { violations } = await page.evaluate(
            () => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
          );
          const where = `${colorScheme}, ${String(width)} pixels wide`;
          const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          assert.deepEqual(grave.map(({ id, nodes }) => [id, nodes[0]?.html]), [], where);
          const wide = await page.locator('html').evaluate((element) => element.scrollWidth);
          assert.ok(wide <= width, `${String(wide)} pixels wide in ${where}`);
        }
      }
    });
  }
});
