import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Script } from 'node:vm';

import type { Page } from 'playwright-core';

import { SimpleLauncher } from 'ox-profile';
import { createHandler } from 'ox-profile/http';
import { browserOfSuite } from '../support/browser';
import { burnUntil } from '../support/burn';
import { openWatched } from '../support/watched-page';

/** What a browser runs wherever it stands in HTML that is not escaped. */
function script(where: string): string {
  return `"'><img src=x onerror="document.title='${where}'">`;
}

const NAME = script('name');
const FILE = `/srv/${script('file')}.js`;
const ROUTE = `/${script('route')}`;
const USER = script('user');
const SOURCE = 'function evil(end) { while (performance.now() < end) for (let i = 0; i < 1e4; i++); } evil;';

describe('The page of a program that means ill', () => {
  const browser = browserOfSuite();
  let page: Page | undefined;
  let problems: string[];
  let launcher: SimpleLauncher;
  let server: Server;
  let timer: NodeJS.Timeout;
  let url: string;
  /** Who asks, and who may. */
  let user = USER;

  beforeEach(async () => {
    user = USER;
    launcher = SimpleLauncher.launch({
      intervalMillis: 1,
      maxOverhead: Infinity,
      stalls: { thresholdMillis: 100, keep: 5 },
    });
    const ofFile = new Script(SOURCE, { filename: FILE }).runInThisContext() as (end: number) => void;
    // V8 knows a function by the name that stands in its source.
    const ofName = new Script(`({ ${JSON.stringify(NAME)}(end) { while (performance.now() < end); } })`, {
      filename: `${FILE}?2`,
    }).runInThisContext() as Record<string, (end: number) => void>;
    timer = setInterval(() => {
      ofFile(performance.now() + 15);
      ofName[NAME]!(performance.now() + 15);
    }, 60);
    const handler = createHandler(launcher, {
      users: [USER],
      user: () => ({ name: user }),
      routeOf: () => ROUTE,
    });
    server = createServer((request, response) => {
      if (!handler(request, response)) response.end('done');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  });

  afterEach(async () => {
    await page?.context().close();
    page = undefined;
    clearInterval(timer);
    launcher.cancel();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(view: string): Promise<Page> {
    const opened = await openWatched(browser(), `${url}ox_profile/${view}`, (asked) => asked.startsWith(url));
    ({ page, problems } = opened);
    return opened.page;
  }

  /** The text is there as such, and nothing has become of it. */
  async function expectText(selector: string, text: string): Promise<void> {
    assert.ok(page !== undefined);
    await page.locator(selector, { hasText: text }).first().waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.match(await page.title(), / – ox-profile$/);
    assert.deepEqual(problems, []);
  }

  it('shows the name and the URL of a function as text, and its lines', async () => {
    const page = await open('');
    await expectText('#functions tr.row', NAME);
    await expectText('#functions tr.row', script('file'));
    await page.locator('#functions tr.row', { hasText: 'evil' }).getByRole('button').click();
    await page.locator('#functions .lines tbody tr').first().waitFor();
    await expectText('#functions', script('file'));
  });

  it('shows both as text in the flame graph', async () => {
    const page = await open('flamegraph');
    await page.locator('#graph').waitFor();
    await page.fill('#search', 'onerror');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expectText('#detail', 'onerror');
    await page.fill('#search', 'evil');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expectText('#detail', script('file'));
  });

  it('shows both as text in the stack of a stall', async () => {
    clearInterval(timer);
    const ofFile = new Script(SOURCE, { filename: FILE }).runInThisContext() as (end: number) => void;
    setTimeout(() => {
      burnUntil(() => {
        ofFile(performance.now() + 20);
        return launcher.stalls().some(({ hottestStack }) => hottestStack[0]?.url === FILE);
      });
    });
    const page = await open('stalls');
    // A busy machine may have brought others.
    await page.locator('#stalls tr.row', { hasText: 'evil' }).getByRole('button').click();
    await expectText('#stalls .details', script('file'));
  });

  it('shows a route as text', async () => {
    await (await fetch(`${url}anything`)).text();
    await open('show_req_times');
    await expectText('td, th', ROUTE);
  });

  it('shows a user as text where one is refused', async () => {
    user = script('somebody');
    const page = await open('');
    // In quotes, those in it are escaped.
    await page.locator('main', { hasText: JSON.stringify(user) }).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.doesNotMatch(await page.title(), /somebody|user/);
  });
});
