import type { IncomingMessage, ServerResponse } from 'node:http';

import type { SimpleLauncher } from '../launcher';
import type { Exchange } from './exchange';
import { Pages, type PagesOptions } from './pages';
import { RequestTimes } from './request-times';

/** The options of the pages, for what a framework gives its handlers. */
export interface MountOptions<Subject> extends Omit<PagesOptions, 'user' | 'authorize'> {
  /** The user who is logged in; undefined or null when nobody is. Default: `user` of
   * the request, in Koa of `ctx.state`. */
  user?: (subject: Subject) => unknown;
  /** Instead of `users`: whether a request gets in. One that throws refuses. */
  authorize?: (subject: Subject) => boolean | Promise<boolean>;
}

/** What an adapter mounts: the pages, and the times that they show. */
export class Mounted {
  /** Where the pages are, below where they are mounted. */
  readonly path: string;
  readonly #pages: Pages;
  readonly #times = new RequestTimes();

  /** @throws TypeError, RangeError for an option that is unknown or out of bounds */
  constructor(
    launcher: SimpleLauncher,
    options: PagesOptions | undefined,
    userOf: (subject: never) => unknown,
  ) {
    this.#pages = new Pages(launcher, options, {
      userOf,
      requestTimes: () => this.#times.answer(),
    });
    this.path = this.#pages.path;
  }

  /** Measures a request that passes through. Never throws: it is the application's. */
  measure(request: IncomingMessage, response: ServerResponse, routeOf: () => unknown): void {
    try {
      this.#times.watch(request, response, routeOf);
    } catch {
      // Not measured.
    }
  }

  /** Answers a request for a page, which is not counted. Never rejects: nobody would
   * catch it, and it would end the process. */
  async answer(exchange: Omit<Exchange, 'body'>, body: unknown): Promise<void> {
    const { request, response } = exchange;
    try {
      this.#times.leave(response);
      await this.#pages.handle(
        // Parsers of other kinds of bodies leave an empty object and the body unread.
        request.readableDidRead ? { ...exchange, body: body ?? '' } : exchange,
      );
    } catch {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    }
  }
}
