import type { IncomingMessage, ServerResponse } from 'node:http';

import type { SimpleLauncher } from './launcher';
import { Mounted, type MountOptions } from './web/mounted';
import { leading, pathOf, placeAt, segmentsOf } from './web/place';

export type { MountOptions } from './web/mounted';

/** What is needed of Fastify's request, so that its types are not. */
export interface FastifyRequest {
  raw: IncomingMessage;
  originalUrl: string;
  routeOptions: { url?: string | undefined };
  body?: unknown;
}

interface RequestOfUser extends FastifyRequest {
  user?: unknown;
}

export interface FastifyReply {
  raw: ServerResponse;
  hijack(): unknown;
}

/** What is needed of Fastify's instance. What its methods take depends on the kind of
 * server, on loggers and on schemas, of which nothing is needed here. */
export interface FastifyInstance {
  readonly prefix: string;
  addHook(...args: never[]): unknown;
  register(...args: never[]): unknown;
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(...args: never[]): unknown;
  all(...args: never[]): unknown;
}

/** The same, with what is given to it here. */
interface GivenInstance extends FastifyInstance {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
  register(plugin: FastifyPlugin, options: FastifyPluginOptions): unknown;
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: null) => void) => void,
  ): unknown;
  all(
    path: string,
    options: { schema: object },
    handler: (request: FastifyRequest, reply: FastifyReply) => void,
  ): unknown;
}

export interface FastifyPluginOptions {
  /** Where the pages are mounted. */
  prefix?: string | undefined;
}

/** A plugin as Fastify takes it. */
export type FastifyPlugin = (
  instance: FastifyInstance,
  options: FastifyPluginOptions,
  done: (error?: Error) => void,
) => void;

/**
 * The pages of a launcher as a plugin for Fastify 5. It measures the requests of the
 * instance that it is registered in, and of those made in it after.
 *
 * ```js
 * app.register(oxProfile(launcher, { users: ['ada'] }));
 * ```
 *
 * @throws TypeError, RangeError for an option that is unknown or out of bounds
 */
export function oxProfile<Request = FastifyRequest>(
  launcher: SimpleLauncher,
  options?: MountOptions<Request>,
): FastifyPlugin {
  const mounted = new Mounted(launcher, options, ({ user }: RequestOfUser) => user);

  function measuring(instance: GivenInstance, { prefix = '' }: FastifyPluginOptions, done: () => void): void {
    instance.addHook('onRequest', (request, reply, next) => {
      mounted.measure(request.raw, reply.raw, () => request.routeOptions.url);
      next();
    });
    // A prefix is not heeded where a plugin shares its parent's instance.
    instance.register(pages, { prefix: prefix + mounted.path });
    done();
  }

  /** In an instance of its own, so that its parsers are. */
  function pages(instance: GivenInstance, _: FastifyPluginOptions, done: () => void): void {
    // No body is read here: the pages do, when they know that they want to.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    const depth = segmentsOf(instance.prefix).length;

    function handle(request: FastifyRequest, reply: FastifyReply): void {
      const { originalUrl, raw } = request;
      const { url = '' } = raw;
      // The prefix may have parameters, and routes that heed no case.
      const place = placeAt(leading(pathOf(url), depth).length, { url, originalUrl });
      reply.hijack();
      const exchange = { request: raw, response: reply.raw, subject: request, ...place };
      void mounted.answer(exchange, request.body);
    }

    // Documents of an application's own routes leave out what is hidden.
    for (const path of ['/', '/*']) instance.all(path, { schema: { hide: true } }, handle);
    done();
  }

  return Object.assign(measuring, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'ox-profile',
    [Symbol.for('plugin-meta')]: { name: 'ox-profile', fastify: '5.x' },
  });
}
