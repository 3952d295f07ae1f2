import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

import type { FunctionsAnswer, Status } from '../../dist/web/api';
import { root } from './children';
import { textOf } from './page-steps';
import { startProgram, type Program } from './programs';
import { openWatched } from './watched-page';

/** A program with pages, test/workloads/page.js: it can stand still, and end,
 * without this one. */
export class PageProgram {
  readonly url: string;
  readonly #program: Program;
  readonly #folder: string;
  #isEnded = false;

  private constructor(program: Program, folder: string) {
    this.url = program.line;
    this.#program = program;
    this.#folder = folder;
  }

  static async start(): Promise<PageProgram> {
    const folder = mkdtempSync(join(tmpdir(), 'ox-profile-page-'));
    const file = join(root, 'test', 'workloads', 'page.js');
    return new PageProgram(await startProgram([file]), folder);
  }

  /** Its main thread stands still in `culprit()` … */
  stick(): void {
    this.#program.tell(join(this.#folder, 'released'));
  }

  /** … until then. */
  release(): void {
    writeFileSync(join(this.#folder, 'released'), '');
  }

  async status(): Promise<Status> {
    return (await (await fetch(`${this.url}status.json`)).json()) as Status;
  }

  /** The names of what is known of the seconds since then. */
  async functionsSince(fromMillis: number): Promise<string[]> {
    const span = `from=${String(Math.floor(fromMillis))}&to=${String(Date.now() + 1)}`;
    const answered = await fetch(`${this.url}functions.json?limit=100&${span}`);
    if (!answered.ok) return [];
    return ((await answered.json()) as FunctionsAnswer).records.map(({ name }) => name);
  }

  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    await this.#program.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Who reads the pages of a program in a browser. */
export class PageReader {
  readonly #browser: () => Browser;
  #program: PageProgram | undefined;
  #page: Page | undefined;
  #problems: string[] = [];

  /**
   * For the suite that calls this: a page for each test, and a program.
   *
   * @param programs whether there is one for all tests, which then leave it as it
   * is, or one for each
   */
  constructor(browser: () => Browser, programs: 'one for all' | 'one for each') {
    this.#browser = browser;
    const isForAll = programs === 'one for all';
    const [start, end] = isForAll ? [before, after] : [beforeEach, afterEach];
    start(async () => {
      this.#program = await PageProgram.start();
    });
    afterEach(async () => {
      const page = this.#page;
      this.#page = undefined;
      await page?.context().close();
    });
    end(async () => {
      const program = this.#program;
      this.#program = undefined;
      await program?.end();
    });
  }

  get program(): PageProgram {
    assert.ok(this.#program !== undefined);
    return this.#program;
  }

  /** For a test that ends the one it has. */
  set program(program: PageProgram) {
    this.#program = program;
  }

  get page(): Page {
    assert.ok(this.#page !== undefined);
    return this.#page;
  }

  /** Opens a view. Other origins are problems. */
  async open(view = '', options: BrowserContextOptions = {}, url = this.program.url): Promise<Page> {
    const isExpected = (asked: string): boolean => asked.startsWith(url);
    const opened = await openWatched(this.#browser(), url + view, isExpected, options);
    this.#page = opened.page;
    this.#problems = opened.problems;
    return opened.page;
  }

  /** A test in which the page must give no reason to complain. */
  quietly(title: string, run: () => Promise<void>): void {
    it(title, async () => {
      await run();
      this.expectNoProblem();
    });
  }

  expectNoProblem(): void {
    assert.deepEqual(this.#problems, []);
  }

  /** Of a function, in the table. */
  row(name: string): Locator {
    return this.page.locator('#functions tr.row', { hasText: name });
  }

  text(selector: string): Promise<string> {
    return textOf(this.page, selector);
  }

  /** Waits until the page says that the program is in it. */
  state(name: string): Promise<void> {
    return this.page.locator('#state', { hasText: name }).waitFor();
  }
}
