import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Browser, Page } from 'playwright-core';

import { findChromium, startBrowser } from './browser';

/** Skips the tests of a suite where there is no browser: for `before()`. */
export function needsChromium(this: Mocha.Context): void {
  if (findChromium() !== undefined) return;
  console.error('      skipped: no browser here. Debian: apt-get install chromium');
  this.skip();
}

/** A function as speedscope counts it: weights of where it is the leaf, and of all. */
export interface SpeedscopeFunction {
  self: number;
  total: number;
}

export interface SpeedscopeProfile {
  readonly name: string;
  readonly unit: string;
  readonly functions: Map<string, SpeedscopeFunction>;
}

interface Exported {
  shared: { frames: { name: string }[] };
  profiles: {
    name: string;
    unit: string;
    events: { type: 'O' | 'C'; frame: number; at: number }[];
  }[];
}

/**
 * Speedscope itself, as it is published, in a browser. Its package has no
 * importer to call, so that it is given a file, and asked to export what it read.
 */
export class Speedscope {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(): Promise<Speedscope> {
    return new Speedscope(await startBrowser(findChromium() ?? 'chromium'));
  }

  /** What it made of a file. */
  async import(name: string, bytes: Uint8Array): Promise<SpeedscopeProfile[]> {
    const page = await this.#browser.newPage({ offline: true });
    try {
      const folder = join(dirname(require.resolve('speedscope/package.json')), 'dist', 'release');
      await page.goto(pathToFileURL(join(folder, 'index.html')).href);
      const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
      await page.locator('input#file').setInputFiles(file);
      return functionsOf(await exported(page));
    } finally {
      await page.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

async function exported(page: Page): Promise<Exported> {
  await page.getByText('Export').waitFor();
  const download = page.waitForEvent('download');
  await page.getByText('Export').click();
  return JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Exported;
}

/** Counts a function once, however deep it recurses. */
function functionsOf({ shared, profiles }: Exported): SpeedscopeProfile[] {
  return profiles.map(({ name, unit, events }) => {
    const functions = new Map<string, SpeedscopeFunction>();
    const stack: string[] = [];
    let last = 0;
    for (const { type, frame, at } of events) {
      for (const each of new Set(stack)) {
        const counts = functions.get(each) ?? { self: 0, total: 0 };
        counts.total += at - last;
        if (each === stack.at(-1)) counts.self += at - last;
        functions.set(each, counts);
      }
      last = at;
      if (type === 'O') stack.push(shared.frames[frame]?.name ?? '');
      else stack.pop();
    }
    return { name, unit, functions };
  });
}
