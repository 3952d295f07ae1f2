// Applications that mount the pages, with the frameworks' own types and without a
// cast. They are compiled, never run.

import { createServer, type IncomingMessage } from 'node:http';

import express from 'express';
import express4 from 'express4';
import fastify, { type FastifyRequest } from 'fastify';
import Koa from 'koa';
import { SimpleLauncher } from 'ox-profile';
import { oxProfile as oxExpress, type ExpressMiddleware } from 'ox-profile/express';
import { oxProfile as oxFastify } from 'ox-profile/fastify';
import { createHandler, type Handler, type HttpOptions } from 'ox-profile/http';
import { oxProfile as oxKoa } from 'ox-profile/koa';

const launcher = new SimpleLauncher();

// Express 5 and 4.
const middleware: ExpressMiddleware = oxExpress(launcher, { users: ['ada'] });
express().use(middleware.measure);
express().use(middleware);
express().use('/admin', oxExpress(launcher, { users: new Set(['ada']), usernameField: 'email' }));
express.Router().use(oxExpress(launcher, { authorize: (req) => req.headers['x-admin'] === 'yes' }));
express().use(
  oxExpress(launcher, {
    user: (req: express.Request) => req.get('x-user'),
    authorize: async (req: express.Request) => Promise.resolve(req.secure),
  }),
);
express4().use(middleware.measure).use(middleware);
express4().use('/admin', oxExpress(launcher, { user: (req: express4.Request) => req.get('x-user') }));

// Fastify 5, also with other servers and loggers.
const app = fastify({ logger: true });
app.register(oxFastify(launcher, { users: ['ada'] }));
await app.register(oxFastify(launcher, { authorize: (request) => request.originalUrl === '/' }), {
  prefix: '/admin',
});
app.register(async (inner) => {
  await inner.register(oxFastify(launcher, { user: (request: FastifyRequest) => request.ip }));
});
fastify({ https: { key: '', cert: '' } }).register(oxFastify(launcher));

// Koa 3, with and without a type of its state.
const koa = new Koa();
koa.use(oxKoa(launcher, { users: ['ada'] }));
koa.use(oxKoa(launcher).measure);
koa.use(oxKoa(launcher, { user: (context) => context.state.user }));
koa.use(oxKoa(launcher, { authorize: (context: Koa.Context) => context.secure }));
new Koa<{ user?: { name: string } }>().use(oxKoa(launcher, { users: ['ada'] }));

// Plain http.
interface SignedRequest extends IncomingMessage {
  signature?: string;
}
const options: HttpOptions<SignedRequest> = {
  authorize: (request) => request.signature === 'good',
  routeOf: ({ url }) => url?.split('/')[1],
};
const handler: Handler = createHandler(launcher, options);
createServer((request, response) => {
  handler.measure(request, response);
  if (handler(request, response)) return;
  response.end();
});
express().use((request, response, next) => void handler(request, response, next));
createHandler(launcher, { path: '/where', maxCaptures: 2, maxStreams: 5 });

// @ts-expect-error: there is no such option.
oxExpress(launcher, { user_names: ['ada'] });
// @ts-expect-error: whether somebody gets in is yes or no.
oxKoa(launcher, { authorize: () => 'yes' });
// @ts-expect-error: an adapter has a launcher.
oxFastify();
// @ts-expect-error: only plain http needs to be told its routes.
oxExpress(launcher, { routeOf: () => '/' });
