import type { IncomingMessage, ServerResponse } from 'node:http';

import type { SimpleLauncher } from './launcher';
import { Mounted, type MountOptions } from './web/mounted';
import { pathOf, placeBelow } from './web/place';
import { fullPattern } from './web/route-name';

export type { MountOptions } from './web/mounted';

/** What is needed of Express' request, so that its types are not. */
export interface ExpressRequest extends IncomingMessage {
  url: string;
  originalUrl: string;
  baseUrl: string;
  route?: { path?: unknown } | undefined;
  user?: unknown;
  body?: unknown;
}

export type ExpressNext = (error?: unknown) => void;

/** Middleware that answers requests for the pages, and measures all others. */
export interface ExpressMiddleware {
  (request: ExpressRequest, response: ServerResponse, next: ExpressNext): void;

  /** Middleware that only measures: to be used first where sessions and the like
   * come before the pages. No request is counted twice. */
  measure(request: ExpressRequest, response: ServerResponse, next: ExpressNext): void;
}

/**
 * The pages of a launcher for Express 5 and 4.
 *
 * ```js
 * app.use(oxProfile(launcher, { users: ['ada'] }));
 * ```
 *
 * @throws TypeError, RangeError for an option that is unknown or out of bounds
 */
export function oxProfile<Request = ExpressRequest>(
  launcher: SimpleLauncher,
  options?: MountOptions<Request>,
): ExpressMiddleware {
  const mounted = new Mounted(launcher, options, ({ user }: ExpressRequest) => user);

  function watch(request: ExpressRequest, response: ServerResponse): void {
    mounted.measure(request, response, () => routeOf(request));
  }

  function measure(request: ExpressRequest, response: ServerResponse, next: ExpressNext): void {
    watch(request, response);
    next();
  }

  function handle(request: ExpressRequest, response: ServerResponse, next: ExpressNext): void {
    watch(request, response);
    const place = placeBelow(mounted.path, request);
    if (place === undefined) next();
    else void mounted.answer({ request, response, subject: request, ...place }, request.body);
  }

  return Object.assign(handle, { measure });
}

function routeOf({ route, baseUrl, originalUrl }: ExpressRequest): string | undefined {
  return fullPattern(route?.path, pathOf(originalUrl), baseUrl);
}
