import type { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import formbody from '@fastify/formbody';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import express from 'express';
import express4 from 'express4';
import fastify, { type FastifyInstance } from 'fastify';
import Koa from 'koa';
import mount from 'koa-mount';
import type { SimpleLauncher } from 'ox-profile';
import { oxProfile as oxExpress } from 'ox-profile/express';
import { oxProfile as oxFastify } from 'ox-profile/fastify';
import { createHandler, type MountOptions } from 'ox-profile/http';
import { oxProfile as oxKoa } from 'ox-profile/koa';

/** How the toy application is made. */
export interface Toy {
  /** undefined for the application without the pages. */
  readonly launcher?: SimpleLauncher | undefined;
  readonly options?: Omit<MountOptions<never>, 'user' | 'authorize'>;
  /** Where the pages are mounted. */
  readonly prefix?: string;
  /** Whether bodies are read before the pages come. */
  readonly readsBodies?: boolean;
  /** Is told `waiting` when a request comes to a route that does not answer. */
  readonly events?: EventEmitter;
}

/**
 * A toy application: who is logged in is said by a header, and it has
 *
 * - `GET /users/:id`, `GET /fails/:id`, which throws, `GET /waits/:id`, which does not
 *   answer, and `POST /echo`, which answers with the body
 * - the first two also in a router within a router, as `/api/v1/users/:id`
 */
export interface Framework {
  readonly name: string;
  /** What requests for `/users/5` … are counted under. */
  readonly routes: Readonly<Record<'user' | 'fails' | 'waits' | 'nested' | 'nestedFails', string>>;
  readonly make: (toy: Toy) => Promise<RequestListener>;
}

const patterns: Framework['routes'] = {
  user: '/users/:id',
  fails: '/fails/:id',
  waits: '/waits/:id',
  nested: '/api/v1/users/:id',
  nestedFails: '/api/v1/fails/:id',
};

const quiet = { users: ['ada'] };

/** The user of the header, as logins leave them. */
function userOf({ headers }: IncomingMessage): { name: string } | undefined {
  const name = headers['x-user'];
  return typeof name === 'string' ? { name } : undefined;
}

function expressOf(name: string, make: typeof express): Framework {
  return {
    name,
    routes: patterns,
    make: ({ launcher, options, prefix, readsBodies, events }) => {
      const app = make();
      app.set('env', 'test');
      app.disable('etag');
      const ox = launcher && oxExpress(launcher, { ...quiet, ...options });
      if (ox) app.use(ox.measure);
      app.use((req, _res, next) => {
        Object.assign(req, { user: userOf(req) });
        next();
      });
      if (readsBodies) app.use(make.json(), make.urlencoded({ extended: false }));
      if (ox && prefix !== undefined) app.use(prefix, ox);
      else if (ox) app.use(ox);

      const inner = make.Router();
      inner.get('/users/:id', (req, res) => void res.send(`user ${req.params.id}`));
      inner.get('/fails/:id', (_req, _res, next) => next(new Error('It fails')));
      const outer = make.Router();
      outer.use('/v1', inner);
      app.use('/api', outer);
      app.get('/users/:id', (req, res) => void res.send(`user ${req.params.id}`));
      app.get('/fails/:id', () => {
        throw new Error('It fails');
      });
      app.get('/waits/:id', () => void events?.emit('waiting'));
      app.post('/echo', (req, res, next) => {
        const body = readsBodies
          ? new URLSearchParams(req.body as Record<string, string>).toString()
          : text(req);
        Promise.resolve(body).then((echo) => res.send(echo), next);
      });
      return Promise.resolve(app);
    },
  };
}

const fastifyFramework: Framework = {
  name: 'Fastify 5',
  routes: patterns,
  make: async ({ launcher, options, prefix, readsBodies, events }) => {
    const app = fastify();
    app.decorateRequest('user');
    app.addHook('onRequest', async (request) => {
      Object.assign(request, { user: userOf(request.raw) });
      await Promise.resolve();
    });
    if (readsBodies) await app.register(formbody);
    else app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    if (launcher) {
      const ox = oxFastify(launcher, { ...quiet, ...options });
      await app.register(ox, prefix === undefined ? {} : { prefix });
    }
    const routes = (instance: FastifyInstance): void => {
      instance.get<{ Params: { id: string } }>('/users/:id', ({ params }) => `user ${params.id}`);
      instance.get('/fails/:id', () => {
        throw new Error('It fails');
      });
    };
    routes(app);
    await app.register(
      async (outer) => {
        const inner = (instance: FastifyInstance, _: object, done: () => void): void => {
          routes(instance);
          done();
        };
        await outer.register(inner, { prefix: '/v1' });
      },
      { prefix: '/api' },
    );
    app.get('/waits/:id', (_request, reply) => {
      reply.hijack();
      events?.emit('waiting');
    });
    app.post('/echo', ({ body }) =>
      typeof body === 'string' ? body : new URLSearchParams(body as Record<string, string>).toString(),
    );
    await app.ready();
    return app.routing;
  },
};

const koaFramework: Framework = {
  name: 'Koa 3',
  routes: patterns,
  make: ({ launcher, options, prefix, readsBodies, events }) => {
    const app = new Koa();
    app.silent = true;
    const ox = launcher && oxKoa(launcher, { ...quiet, ...options });
    if (ox) app.use((context, next) => ox.measure(context, next));
    app.use((context, next) => {
      context.state.user = userOf(context.req);
      return next();
    });
    if (readsBodies) app.use(bodyParser());
    if (ox) app.use(prefix === undefined ? ox : mount(prefix, ox));
    const router = new Router();
    for (const path of ['', '/api/v1']) {
      router.get(`${path}/users/:id`, (context) => {
        context.body = `user ${context.params.id}`;
      });
      router.get(`${path}/fails/:id`, () => {
        throw new Error('It fails');
      });
    }
    router.get('/waits/:id', () => {
      events?.emit('waiting');
      return new Promise(() => {});
    });
    router.post('/echo', async (context) => {
      context.body = readsBodies
        ? new URLSearchParams(context.request.body as Record<string, string>).toString()
        : await text(context.req);
    });
    app.use(router.routes());
    return Promise.resolve(app.callback());
  },
};

interface Message extends IncomingMessage {
  text?: string;
  originalUrl?: string;
}

const httpFramework: Framework = {
  name: 'plain http',
  routes: { user: '/users', fails: '/fails', waits: '/waits', nested: '/api', nestedFails: '/api' },
  make: ({ launcher, options, prefix = '', readsBodies, events }) => {
    const handler = launcher && createHandler(launcher, { ...quiet, ...options });
    const answer = async (req: Message): Promise<[number, string]> => {
      const [, kind = '', id = ''] = /^(?:\/api\/v1)?\/(\w*)\/?(\w*)(?:\?.*)?$/.exec(req.url ?? '') ?? [];
      if (kind === 'users') return [200, `user ${id}`];
      if (kind === 'fails') return [500, 'It fails'];
      if (kind === 'waits') {
        events?.emit('waiting');
        return new Promise(() => {});
      }
      if (kind === 'echo') return [200, req.text ?? (await text(req))];
      return [404, 'Not found'];
    };
    const listener = async (req: Message, res: ServerResponse): Promise<void> => {
      handler?.measure(req, res);
      Object.assign(req, { user: userOf(req) });
      if (readsBodies) req.text = await text(req);
      if (handler && req.url?.startsWith(prefix)) {
        // As routers in the manner of Connect do.
        req.originalUrl = req.url;
        req.url = req.url.slice(prefix.length) || '/';
        if (handler(readsBodies ? Object.assign(req, { body: req.text }) : req, res)) return;
        req.url = req.originalUrl;
      }
      const [status, body] = await answer(req);
      res.writeHead(status).end(body);
    };
    return Promise.resolve((req, res) => void listener(req, res));
  },
};

export const frameworks: readonly Framework[] = [
  httpFramework,
  expressOf('Express 5', express),
  // Of the types of Express 5 it uses what both have.
  expressOf('Express 4', express4 as unknown as typeof express),
  fastifyFramework,
  koaFramework,
];
