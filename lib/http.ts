import type { IncomingMessage, ServerResponse } from 'node:http';

import { expectOptions, wrongType } from './arguments';
import type { SimpleLauncher } from './launcher';
import { Mounted, type MountOptions } from './web/mounted';
import { pagesOptionNames } from './web/pages';
import { pathOf, placeBelow } from './web/place';
import { firstSegment } from './web/route-name';

export type { MountOptions } from './web/mounted';

/** A request, with what those who handled it before may have left on it. */
export interface HttpRequest extends IncomingMessage {
  /** The URL before a router took off what is in front of this handler. */
  originalUrl?: string | undefined;
  user?: unknown;
  body?: unknown;
}

/** What `createHandler()` is told. */
export interface HttpOptions<Request> extends MountOptions<Request> {
  /** The route that a request is counted under; asked when it has been answered.
   * What follows a question mark is left away. Default: the first segment of the
   * path, `/:id` where that is one. */
  routeOf?: (request: Request) => string | undefined;
}

/** Answers requests for the pages, and measures all others. */
export interface Handler {
  /**
   * Whether it answers. Where it does not, it has left request and response
   * untouched, and calls `next`, where there is one, in the manner of Connect.
   *
   * ```js
   * createServer((req, res) => {
   *   if (handler(req, res)) return;
   *   // … the application …
   * });
   * ```
   */
  (request: IncomingMessage, response: ServerResponse, next?: () => void): boolean;

  /** Only measures: to be called at a request's arrival where it comes to the
   * handler itself later. No request is counted twice. */
  measure(request: IncomingMessage, response: ServerResponse, next?: () => void): void;
}

/**
 * The pages of a launcher for `node:http`, and for whatever calls
 * `(request, response)`.
 *
 * @throws TypeError, RangeError for an option that is unknown or out of bounds
 */
export function createHandler<Request extends IncomingMessage = HttpRequest>(
  launcher: SimpleLauncher,
  options?: HttpOptions<Request>,
): Handler {
  const known = [...pagesOptionNames, 'routeOf'] as const;
  const given = expectOptions('the options of createHandler()', options, known);
  const { routeOf, ...pagesOptions } = given as HttpOptions<Request>;
  if (routeOf !== undefined && typeof routeOf !== 'function') {
    throw wrongType('a function', 'routeOf', routeOf);
  }
  const mounted = new Mounted(launcher, pagesOptions, ({ user }: HttpRequest) => user);

  function measureOnly(request: HttpRequest, response: ServerResponse): void {
    const { url = '', originalUrl = url } = request;
    mounted.measure(request, response, () =>
      routeOf === undefined
        ? firstSegment(pathOf(originalUrl))
        : withoutSearch(routeOf(request as unknown as Request)),
    );
  }

  function handle(request: HttpRequest, response: ServerResponse, next?: () => void): boolean {
    measureOnly(request, response);
    const { url = '', originalUrl = url, body } = request;
    const place = placeBelow(mounted.path, { url, originalUrl });
    if (place === undefined) {
      next?.();
      return false;
    }
    void mounted.answer({ request, response, subject: request, ...place }, body);
    return true;
  }

  function measure(request: HttpRequest, response: ServerResponse, next?: () => void): void {
    measureOnly(request, response);
    next?.();
  }

  return Object.assign(handle, { measure });
}

function withoutSearch(route: unknown): unknown {
  return typeof route === 'string' ? route.replace(/[?#].*$/s, '') : route;
}
