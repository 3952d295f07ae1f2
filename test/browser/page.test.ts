import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';

import type { Status } from '../../dist/web/api';
import { browserOfSuite } from '../support/browser';
import { root } from '../support/children';
import { downloadEach, pickSpan, rememberedLately, searchAndZoom, textOf } from '../support/page-steps';
import { drag, openWatched } from '../support/watched-page';

const HOSTILE = '<img src=x onerror="document.title=1">';
const VIEWS = ['', 'flamegraph', 'stalls', 'stats'];

/** A program of its own: it can stand still, and end, without this one. */
interface Program {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startProgram(port = 0): Promise<Program> {
  const file = join(root, 'test', 'workloads', 'page.js');
  const child = spawn(process.execPath, [file, JSON.stringify({ port })], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

async function end({ child }: Program): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

describe('The page in a browser', function () {
  this.timeout(90_000);
  // Where other programs have the cores, a browser is late beyond all patience.
  this.retries(2);
  const browser = browserOfSuite();
  let program: Program;
  let page: Page;
  let problems: string[] = [];

  before(async () => {
    program = await startProgram();
  });

  after(async () => {
    if ((program as Program | undefined) !== undefined) await end(program);
  });

  afterEach(async () => {
    await (page as Page | undefined)?.context().close();
  });

  /** Opens a view. Other origins are problems. */
  async function open(view = '', options: BrowserContextOptions = {}): Promise<void> {
    ({ page, problems } = await openWatched(
      browser(),
      program.url + view,
      (url) => url.startsWith(program.url),
      options,
    ));
  }

  /** A test in which the page must give no reason to complain. */
  function quietly(title: string, run: () => Promise<void>): void {
    it(title, async () => {
      await run();
      assert.deepEqual(problems, []);
    });
  }

  const row = (name: string) => page.locator('#functions tr.row', { hasText: name });
  const text = (selector: string): Promise<string> => textOf(page, selector);
  const status = async (): Promise<Status> =>
    (await (await fetch(`${program.url}status.json`)).json()) as Status;
  const state = (name: string): Promise<void> => page.locator('#state', { hasText: name }).waitFor();

  quietly('fills its table while the program works, and goes on by itself', async () => {
    await open();
    await row('heavy').waitFor();
    assert.match((await row('heavy').innerText()).replace(/\s+/g, ' '), /heavy .*page\.js:\d+ [\d.]+ % [\d.]+ – [\d.]+/);
    await state('Running');
    const samples = await row('heavy').locator('.number').first().innerText();
    await page.waitForFunction(
      (before) => [...document.querySelectorAll('#functions tr.row')].some(
        (each) => each.textContent.includes('heavy') && each.querySelector('.number')?.textContent !== before,
      ),
      samples,
    );
    assert.match(await text('#figures'), /at work .* Real interval .* asked for [\d.]+ ms Samples/);
  });

  quietly('shows hostile names as text', async () => {
    await open();
    await row(HOSTILE).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.title(), 'Functions – ox-profile');
  });

  quietly('filters, sorts, and shows the lines of a function', async () => {
    await open();
    await row('heavy').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('BURN');
    await row('heavy').waitFor({ state: 'detached' });
    assert.equal(await page.locator('#functions tr.row').count(), 1);
    await page.click('#sort-self');
    assert.equal(await page.locator('th', { hasText: 'Self' }).getAttribute('aria-sort'), 'descending');
    await row('burn').getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.locator('#functions .lines tbody tr').first().waitFor();
    await page.fill('#filter', 'nowhere at all');
    await page.locator('#functions-message', { hasText: 'No function has this' }).waitFor();
  });

  quietly('keeps what is focused, whatever comes', async () => {
    await open();
    await row('heavy').waitFor();
    const button = page.locator('#functions').getByRole('button', { name: 'own', exact: true });
    await button.focus();
    for (let ticks = 0; ticks < 3; ticks++) {
      await page.waitForResponse((response) => response.url().includes('functions.json'));
    }
    assert.ok(await button.evaluate((element) => element === document.activeElement));
    // Even where its row is moved among the others.
    await page.locator('#sort-self').dispatchEvent('click');
    await page.waitForResponse((response) => response.url().includes('sort=self'));
    await page.waitForResponse((response) => response.url().includes('sort=self'));
    assert.ok(await button.evaluate((element) => element === document.activeElement));
  });

  quietly('pauses and goes on', async () => {
    await open();
    await state('Running');
    await page.click('#switch-button');
    await state('Paused');
    assert.equal((await status()).isPaused, true);
    await page.click('#switch-button');
    await state('Running');
    assert.equal((await status()).isPaused, false);
  });

  quietly('changes the interval', async () => {
    await open();
    await page.locator('#interval-field:enabled').fill('3.5');
    await page.keyboard.press('Enter');
    await page.locator('#notice', { hasText: 'The interval is 3.5 ms' }).waitFor();
    assert.equal((await status()).intervalMillis.asked, 3.5);
  });

  quietly('forgets the counts, once that is confirmed', async () => {
    await open();
    await state('Running');
    const { epoch } = await status();
    await page.click('#reset-counts');
    await page.click('#reset-no');
    assert.equal((await status()).epoch, epoch);
    await page.click('#reset-counts');
    await page.locator('#reset-form .primary').click();
    await page.locator('#notice', { hasText: 'begin anew' }).waitFor();
    assert.notEqual((await status()).epoch, epoch);
  });

  quietly('picks a span with the mouse, and is sent with it', async () => {
    await open();
    await row('heavy').waitFor();
    await pickSpan(page);
    const link = page.url();
    assert.match(link, /\?from=\d+&to=\d+$/);
    assert.match((await page.locator('#formats a').first().getAttribute('href'))!, /&from=\d+&to=\d+$/);
    await page.goto(link);
    await page.locator('#span-text', { hasText: 'busy' }).waitFor();
    await page.click('#span-all');
    assert.doesNotMatch(page.url(), /from=/);
  });

  quietly('picks a span with a finger, and scrolls where one goes up and down', async () => {
    const size = { width: 360, height: 640 };
    await open('', { viewport: size, hasTouch: true, isMobile: true });
    await row('heavy').waitFor();
    await rememberedLately(page);
    const box = (await page.locator('#strip').boundingBox())!;
    const at = (share: number, y = 50) => ({ x: box.x + box.width * share, y: box.y + y });
    await drag(page, [at(0.5, 50), at(0.5, 20), at(0.5, -20), at(0.5, -60)]);
    assert.doesNotMatch(page.url(), /from=/);
    assert.ok((await page.evaluate(() => scrollY)) > 0);
    await page.evaluate(() => scrollTo(0, 0));
    await drag(page, [at(0.92), at(0.93), at(0.95), at(0.97)]);
    await page.waitForURL(/\?from=\d+&to=\d+$/);
    await page.locator('#span-text', { hasText: 'busy' }).waitFor();
    assert.match(await text('#span-text'), /^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d \((\d+ min )?\d+ s\), [\d.]+ % busy$/);
  });

  quietly('picks a span with the keyboard', async () => {
    await open();
    await row('heavy').waitFor();
    await rememberedLately(page);
    await page.focus('#span-from');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/from=/);
    const from = page.locator('#span-from');
    const value = await from.getAttribute('aria-valuetext');
    assert.match(value!, /^\d\d:\d\d:\d\d$/);
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await from.getAttribute('aria-valuetext'), value);
    await page.keyboard.press('Escape');
    assert.equal(await from.getAttribute('aria-valuetext'), 'no span is picked');
  });

  quietly('searches and zooms the flame graph, which keeps its place as counts come', async () => {
    await open();
    await row('heavy').waitFor();
    await page.click('#views a:has-text("Flame graph")');
    await searchAndZoom(page, 'heavy');
    assert.match(page.url(), /\/flamegraph$/);
    // Who looks at it closely is not disturbed: the next counts come after.
    await page.locator('#search').focus();
    await page.waitForResponse((response) => response.url().includes('flamegraph.json'));
    await page.locator('#flame-age', { hasText: 'as of' }).waitFor();
    assert.ok(await page.locator('#reset').isEnabled());
    await page.click('#reset');
    assert.ok(await page.locator('#reset').isDisabled());
  });

  quietly('gives what is selected in each format', async () => {
    await open();
    await row('heavy').waitFor();
    await downloadEach(page, /heavy/);
  });

  quietly('asks once a tick and view, and not at all while it is hidden', async () => {
    await open();
    await row('heavy').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.evaluate(() => {
      const seen = { ticks: 0 };
      Object.assign(globalThis, { seen });
      const source = new EventSource('events');
      source.addEventListener('tick', () => seen.ticks++);
    });
    const ticks = (count: number): Promise<unknown> =>
      page.waitForFunction((least) => (globalThis as unknown as { seen: { ticks: number } }).seen.ticks >= least, count);
    await ticks(5);
    const functions = asked.filter((path) => path.endsWith('functions.json')).length;
    // Where an answer takes long there is a rest after it.
    assert.ok(functions >= 1 && functions <= 6, String(functions));
    assert.equal(asked.filter((path) => !/\/(functions\.json|events)$/.test(path)).length, 0);
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true });
    });
    await ticks(6);
    asked.length = 0;
    await ticks(9);
    assert.deepEqual(asked, []);
  });

  it('says what a change waits for while the main thread is stuck, and when it is made', async () => {
    await open();
    await row('heavy').waitFor();
    program.child.stdin?.write('12000\n');
    await page.locator('#standstill a').waitFor();
    await page.click('#switch-button');
    assert.equal(await text('#switch-button'), 'Pausing …');
    const notice = page.locator('#notice', { hasText: 'busy' });
    await notice.waitFor();
    assert.doesNotMatch(await text('#notice'), /Nothing is changed/);
    await state('Paused');
    await notice.waitFor({ state: 'hidden' });
    await page.locator('#standstill:empty').waitFor({ state: 'attached' });
    assert.match(await text('#figures'), /Own cost 0.0 % paused/);
    await page.click('#switch-button');
    await state('Running');
  });

  it('goes on while the main thread is stuck, and names what it is stuck in', async () => {
    await open();
    await row('heavy').waitFor();
    program.child.stdin?.write('6000\n');
    await page.locator('#standstill a').click();
    const now = page.locator('#now li', { hasText: 'main' });
    await now.locator('.stack', { hasText: 'culprit' }).waitFor();
    const stall = page.locator('#stalls tr.lasts').first();
    await stall.waitFor();
    assert.equal(await page.locator('#stale').isVisible(), false);
    await stall.getByRole('button').click();
    await page.locator('#stalls .details .stack', { hasText: 'culprit' }).first().waitFor();
    await page.locator('#stalls .details button').first().click();
    await page.waitForURL(/from=\d+&to=\d+/);
    await row('culprit').waitFor();
    assert.deepEqual(problems, []);
  });

  quietly('shows the last seconds, as time goes on', async () => {
    await open();
    await row('heavy').waitFor();
    await rememberedLately(page);
    await page.click('#span-ten');
    const first = page.url();
    assert.match(first, /from=\d+&to=\d+$/);
    await page.waitForFunction((before) => location.href !== before, first);
    assert.equal(await page.locator('#span-ten').getAttribute('aria-pressed'), 'true');
    await page.locator('#figures', { hasText: 'in this span' }).waitFor();
    await page.click('#span-all');
    assert.equal(await page.locator('#span-ten').getAttribute('aria-pressed'), 'false');
    assert.doesNotMatch(page.url(), /from=/);
  });

  quietly('has room for lines and downloads on a narrow screen', async () => {
    await open('', { viewport: { width: 400, height: 800 } });
    await row('burn').getByRole('button').click();
    const line = page.locator('#functions .lines tbody tr').first();
    await line.waitFor();
    assert.match((await line.innerText()).replace(/\s+/g, ' '), /^\s*\d+ [\d ]+ [\d.]+ %/);
    await page.click('#downloads summary');
    const menu = (await page.locator('#formats').boundingBox())!;
    assert.ok(menu.x >= 0 && menu.x + menu.width <= 400, JSON.stringify(menu));
  });

  quietly('begins both views without Node internals', async () => {
    await open();
    assert.ok(await page.locator('#hide-internals').isChecked());
    await page.goto(`${program.url}flamegraph`);
    await page.locator('#graph').waitFor();
    assert.equal(await page.locator('#internals').getAttribute('aria-pressed'), 'true');
  });

  it('says when its reader is logged out, and asks no more', async () => {
    await open();
    await row('heavy').waitFor();
    await page.route('**/functions.json*', (route) =>
      route.fulfill({ status: 401, json: { error: { code: 'ERR_PROFILER_FORBIDDEN', message: 'Who are you?' } } }),
    );
    await page.locator('#stale', { hasText: 'You are logged out. Load the page anew' }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.click('#sort-self');
    await page.click('#span-ten');
    await page.waitForTimeout(2500);
    assert.deepEqual(asked, []);
    await page.unroute('**/functions.json*');
    await page.click('#stale a');
    await row('heavy').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1920]) {
      quietly(`gives axe nothing serious to say, ${colorScheme}, ${String(width)} pixels wide`, async () => {
        const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
        for (const view of VIEWS) {
          await open(view, { colorScheme, viewport: { width, height: 800 } });
          await page.locator('#state', { hasText: 'Running' }).waitFor();
          await page.locator('.view:visible :is(table, canvas, dl, li)').first().waitFor();
          await page.evaluate(axe);
          const { violations } = await page.evaluate(
            () => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
          );
          const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          assert.deepEqual(grave.map(({ id, nodes }) => [view, id, nodes[0]?.html]), []);
          const wide = await page.locator('html').evaluate((element) => element.scrollWidth);
          assert.ok(wide <= width, `${view}: ${String(wide)} pixels wide`);
          assert.deepEqual(problems, []);
          await page.context().close();
        }
      });
    }
  }

  it('says when the connection is lost, and goes on with the program that comes after', async () => {
    await open();
    await row('heavy').waitFor();
    const { epoch } = await status();
    const port = Number(new URL(program.url).port);
    await end(program);
    await page.locator('#stale', { hasText: 'The connection is lost. What you see is of' }).waitFor();
    await state('Not known now');
    program = await startProgram(port);
    await page.locator('#stale').waitFor({ state: 'hidden' });
    await state('Running');
    assert.notEqual((await status()).epoch, epoch);
    await row('heavy').waitFor();
    // The token of its page is of the program before.
    await page.click('#switch-button');
    await state('Paused');
    assert.equal((await status()).isPaused, true);
  });
});
