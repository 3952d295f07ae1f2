import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium, type Browser } from 'playwright-core';

import { envOfTools } from './children';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium of this machine (Debian: apt-get install chromium), or undefined. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM;
  if (given !== undefined && given !== '') return given;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A headless Chromium. Its sandbox needs a user that is not root. */
export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    env: envOfTools,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-dev-shm-usage', '--disable-gpu'],
  });
}

/**
 * A browser for the tests of the suite that calls this, which are skipped where
 * there is none.
 */
export function browserOfSuite(): () => Browser {
  let browser: Browser | undefined;

  before(async function () {
    const path = findChromium();
    if (path === undefined) {
      console.log('      No Chromium is found (Debian: apt-get install chromium)');
      this.skip();
    }
    browser = await startBrowser(path);
  });

  after(async () => {
    await browser?.close();
  });

  return () => browser as Browser;
}
