import type { IncomingMessage, ServerResponse } from 'node:http';

import type { SimpleLauncher } from './launcher';
import { Mounted, type MountOptions } from './web/mounted';
import { leading, pathOf, placeBelow, segmentsOf } from './web/place';
import { fullPattern } from './web/route-name';

export type { MountOptions } from './web/mounted';

/** What is needed of Koa's context, so that its types are not. */
export interface KoaContext {
  req: IncomingMessage;
  res: ServerResponse;
  url: string;
  originalUrl: string;
  state: { user?: unknown };
  request: { body?: unknown };
  respond?: boolean | undefined;
}

/** What the router of Koa adds to it. */
interface RoutedContext extends KoaContext {
  _matchedRoute?: unknown;
  routerPath?: unknown;
}

export type KoaNext = () => Promise<unknown>;

/** Middleware that answers requests for the pages, and measures all others. */
export interface KoaMiddleware {
  (context: KoaContext, next: KoaNext): Promise<unknown>;

  /** Middleware that only measures: to be used first where sessions and the like
   * come before the pages. No request is counted twice. */
  measure(context: KoaContext, next: KoaNext): Promise<unknown>;
}

/**
 * The pages of a launcher for Koa 3.
 *
 * ```js
 * app.use(oxProfile(launcher, { users: ['ada'] }));
 * ```
 *
 * @throws TypeError, RangeError for an option that is unknown or out of bounds
 */
export function oxProfile<Context = KoaContext>(
  launcher: SimpleLauncher,
  options?: MountOptions<Context>,
): KoaMiddleware {
  const mounted = new Mounted(launcher, options, ({ state }: KoaContext) => state.user);

  function watch(context: KoaContext): void {
    mounted.measure(context.req, context.res, () => routeOf(context));
  }

  function measure(context: KoaContext, next: KoaNext): Promise<unknown> {
    watch(context);
    return next();
  }

  function handle(context: KoaContext, next: KoaNext): Promise<unknown> {
    watch(context);
    const { req: request, res: response } = context;
    const place = placeBelow(startOf(context, mounted.path), context);
    if (place === undefined) return next();
    // Koa begins with 404, and would end the response when the middleware is done.
    response.statusCode = 200;
    context.respond = false;
    const exchange = { request, response, subject: context, ...place };
    return mounted.answer(exchange, context.request.body);
  }

  return Object.assign(handle, { measure });
}

function routeOf({ _matchedRoute: route, originalUrl }: RoutedContext): string | undefined {
  return fullPattern(route, pathOf(originalUrl));
}

/**
 * What leads to the pages. In a router there is more in front of them: unlike
 * koa-mount it leaves the URL whole, and tells what it matched.
 */
function startOf({ routerPath, url }: RoutedContext, pagesPath: string): string {
  if (typeof routerPath !== 'string') return pagesPath;
  // Up to where the pattern matches a rest.
  const [fixed = ''] = routerPath.split(/[{(*]/, 1);
  const withPages = `${fixed}/`.lastIndexOf(`${pagesPath}/`);
  const before = withPages === -1 ? fixed : fixed.slice(0, withPages);
  return leading(pathOf(url), segmentsOf(before).length) + pagesPath;
}
