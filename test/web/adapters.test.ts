import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Agent, type IncomingMessage } from 'node:http';

import Router from '@koa/router';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import Koa from 'koa';
import mount from 'koa-mount';
import { SimpleLauncher } from 'ox-profile';
import { oxProfile as oxExpress } from 'ox-profile/express';
import { oxProfile as oxFastify } from 'ox-profile/fastify';
import { createHandler } from 'ox-profile/http';
import { oxProfile as oxKoa } from 'ox-profile/koa';

import type { RequestTimesAnswer, RequestTimesRow, Status } from '../../dist/web/api';
import { assertEnded, runNode } from '../support/children';
import { frameworks, type Framework, type Toy } from '../support/frameworks';
import { startProgram } from '../support/programs';
import { ask, askAndGo, serve, until, type Answer, type TestServer } from '../support/server';

const ada = { 'x-user': 'ada' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

let launcher: SimpleLauncher;

async function toy({ make }: Framework, how: Toy = {}): Promise<TestServer> {
  return serve(await make({ launcher, ...how }));
}

function asAda(url: string, method = 'GET'): Promise<Answer> {
  return ask(url, { method, headers: ada });
}

async function timesOf(pages: string): Promise<readonly RequestTimesRow[]> {
  const { status, body } = await asAda(`${pages}/show_req_times.json`);
  assert.equal(status, 200, body);
  return (JSON.parse(body) as RequestTimesAnswer).routes;
}

/** The rows once as many requests are counted: a response is closed only after it
 * has been read. */
async function timesAfter(count: number, pages: string): Promise<readonly RequestTimesRow[]> {
  let rows: readonly RequestTimesRow[] = [];
  await until(async () => {
    rows = await timesOf(pages);
    return rows.reduce((sum, row) => sum + row.count, 0) >= count;
  });
  return rows;
}

function brief(rows: readonly RequestTimesRow[]): string[] {
  return rows
    .map(({ method, route, count, errors }) => `${method} ${route} ${count}, ${errors} failed`)
    .sort();
}

/** The token that a page brings. */
async function tokenOf(pages: string, headers: Record<string, string> = ada): Promise<string> {
  const { status, body } = await ask(`${pages}/unpause`, { headers });
  assert.equal(status, 200, body);
  return /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';
}

/** Where a page that may be of any depth says that the pages are mounted. */
async function baseOf(pages: string): Promise<string | undefined> {
  const { status, body } = await ask(`${pages}/no/such/page`, {
    headers: { ...ada, Accept: 'text/html' },
  });
  assert.equal(status, 404, body);
  return /href="([^"]*)\/assets\/page\.css"/.exec(body)?.[1];
}

function post(url: string, body: string, headers: Record<string, string> = ada): Promise<Answer> {
  return ask(url, { method: 'POST', headers: { ...headers, ...form } }, body);
}

describe('adapters', () => {
  for (const entry of ['http', 'express', 'fastify', 'koa']) {
    it(`load no framework, by require and by import: ${entry}`, async () => {
      const ended = await runNode([
        '--input-type=module',
        '--eval',
        `import * as imported from 'ox-profile/${entry}';
        import { createRequire } from 'node:module';
        const require = createRequire(import.meta.url);
        const required = require('ox-profile/${entry}');
        const [name] = Object.keys(required);
        const foreign = Object.keys(require.cache).filter((file) => /(express|fastify|koa)[/\\\\]/.test(file));
        console.log(imported[name] === required[name], typeof required[name], foreign.length);`,
      ]);
      assertEnded(ended, { stdout: 'true function 0' });
    });
  }

  before(() => {
    launcher = new SimpleLauncher();
    launcher.start();
  });
  after(() => launcher.cancel());

  for (const framework of frameworks) {
    const { name, routes } = framework;

    describe(name, () => {
      it('lets in who is allowed, and nobody else', async () => {
        await using server = await toy(framework);
        const status = `${server.url}/ox_profile/status.json`;
        const allowed = await asAda(status);
        assert.equal(allowed.status, 200, allowed.body);
        assert.equal((JSON.parse(allowed.body) as Status).isPaused, true);
        assert.equal((await ask(status, { headers: { 'x-user': 'eve' } })).status, 403);
        assert.equal((await ask(status)).status, 401);
      });

      it('lets in nobody unless told', async () => {
        await using server = await toy(framework, { options: { users: [] } });
        assert.equal((await asAda(`${server.url}/ox_profile/status.json`)).status, 403);
      });

      for (const readsBodies of [false, true]) {
        it(`takes changes where bodies are ${readsBodies ? '' : 'not '}read before`, async () => {
          await using server = await toy(framework, { readsBodies });
          const pages = `${server.url}/ox_profile`;
          const token = await tokenOf(pages);
          for (const [change, isPaused] of [['unpause', false], ['pause', true]] as const) {
            const { status, body } = await post(`${pages}/${change}`, `token=${encodeURIComponent(token)}`);
            assert.equal(status, 303, body);
            assert.equal(launcher.isPaused(), isPaused);
          }
          assert.equal((await post(`${pages}/unpause`, 'token=made-up')).status, 403);
          assert.equal((await post(`${pages}/unpause`, '')).status, 403);
          assert.equal(launcher.isPaused(), true);
        });

        it(`leaves other requests as they are where bodies are ${readsBodies ? '' : 'not '}read`, async () => {
          await using profiled = await toy(framework, { readsBodies });
          await using bare = await toy(framework, { readsBodies, launcher: undefined });
          const heads = new Map<string, unknown>();
          for (const { url } of [bare, profiled]) {
            for (const [path, method, body] of [
              ['/users/5?a=b', 'GET', ''],
              ['/users/5', 'HEAD', ''],
              ['/api/v1/users/6', 'GET', ''],
              ['/fails/5', 'GET', ''],
              ['/nothing', 'GET', ''],
              ['/nothing', 'DELETE', ''],
              ['/', 'GET', ''],
              ['/echo', 'POST', 'a=b&c=d+e'],
              ['/ox_profiles', 'GET', ''],
              ['/ox_profile%2Fstatus', 'GET', ''],
              ['/ox', 'GET', ''],
              ['/users/ox_profile/status', 'GET', ''],
            ] as const) {
              const headers = { ...ada, ...(body === '' ? {} : form) };
              const answer = await ask(url + path, { method, headers }, body);
              delete answer.headers.date;
              // Where a stack is shown, it has the adapter in it.
              const what = answer.status === 500 ? answer.status : answer;
              const key = `${method} ${path}`;
              if (url === bare.url) heads.set(key, what);
              else assert.deepEqual(what, heads.get(key), key);
            }
          }
          assert.equal((heads.get('POST /echo') as Answer).body, 'a=b&c=d+e');
          assert.equal((heads.get('GET /users/5?a=b') as Answer).body, 'user 5');
          assert.equal(heads.get('GET /fails/5'), 500);
        });
      }

      it('measures by method and route, also what fails, but not its own pages', async () => {
        await using server = await toy(framework);
        const { url } = server;
        for (const path of ['/users/5', '/users/6?x=1', '/fails/5', '/api/v1/users/7', '/api/v1/fails/8']) {
          await ask(url + path);
        }
        await ask(`${url}/users/5`, { method: 'HEAD' });
        await ask(`${url}/ox_profile/status.json`);
        await asAda(`${url}/ox_profile`);
        const rows = await timesAfter(6, `${url}/ox_profile`);
        const counts = new Map<string, [count: number, errors: number]>();
        const add = (key: string, errors: number): void => {
          const [count, before] = counts.get(key) ?? [0, 0];
          counts.set(key, [count + 1, before + errors]);
        };
        for (const [key, errors] of [
          [`GET ${routes.user}`, 0],
          [`GET ${routes.user}`, 0],
          [`GET ${routes.fails}`, 1],
          [`GET ${routes.nested}`, 0],
          [`GET ${routes.nestedFails}`, 1],
          [`HEAD ${routes.user}`, 0],
        ] as const) {
          add(key, errors);
        }
        const wanted = [...counts].map(([key, [count, errors]]) => `${key} ${count}, ${errors} failed`);
        assert.deepEqual(brief(rows), wanted.sort());
        for (const { meanMillis, p50Millis, p99Millis, maxMillis } of rows) {
          assert.ok(meanMillis > 0 && meanMillis <= maxMillis);
          assert.ok(p50Millis <= p99Millis && p99Millis <= maxMillis);
        }
      });

      it('counts what has no route', async () => {
        await using server = await toy(framework);
        for (const path of ['/nothing', '/nothing/5']) await ask(server.url + path);
        const rows = await timesAfter(2, `${server.url}/ox_profile`);
        const route = name === 'plain http' ? '/nothing' : '(no route)';
        assert.deepEqual(brief(rows), [`GET ${route} 2, 0 failed`]);
      });

      it('counts requests that are given up, under their route', async () => {
        const events = new EventEmitter();
        await using server = await toy(framework, { events });
        for (let i = 0; i < 2; i++) await askAndGo(`${server.url}/waits/${i}`, once(events, 'waiting'));
        const rows = await timesAfter(2, `${server.url}/ox_profile`);
        assert.deepEqual(brief(rows), [`GET ${routes.waits} 2, 2 failed`]);
      });

      it('gives times as CSV', async () => {
        await using server = await toy(framework);
        await ask(`${server.url}/users/5`);
        await timesAfter(1, `${server.url}/ox_profile`);
        const { status, body, headers } = await asAda(`${server.url}/ox_profile/show_req_times?as_csv=1`);
        assert.equal(status, 200);
        assert.match(headers['content-type']!, /^text\/csv/);
        assert.ok(body.split('\r\n')[1]!.startsWith(`GET,${routes.user},1,0,`), body);
      });

      it('knows where it is mounted', async () => {
        for (const prefix of [undefined, '/admin', '/a/b']) {
          await using server = await toy(framework, { ...(prefix === undefined ? {} : { prefix }) });
          const base = `${prefix ?? ''}/ox_profile`;
          assert.equal(await baseOf(server.url + base), base);
          const { status, headers } = await asAda(server.url + base);
          assert.deepEqual([status, headers.location], [308, './ox_profile/']);
          if (prefix !== undefined) {
            assert.equal((await asAda(`${server.url}/ox_profile/status.json`)).status, 404);
          }
        }
      });

      it('has another path when told', async () => {
        await using server = await toy(framework, { options: { path: '/where/it-is' } });
        assert.equal(await baseOf(`${server.url}/where/it-is`), '/where/it-is');
        assert.equal((await asAda(`${server.url}/ox_profile/status.json`)).status, 404);
      });

      it('knows the pages in a target that is a whole URL', async () => {
        await using server = await toy(framework);
        const path = `http://example.com/ox_profile/status.json`;
        const { status } = await ask(server.url, { path, headers: ada });
        assert.equal(status, 200);
      });

      it('refuses before it looks at what is sent', async () => {
        await using server = await toy(framework);
        const headers = { 'content-type': 'application/json' };
        const { status } = await ask(`${server.url}/ox_profile/pause`, { method: 'POST', headers }, '{');
        assert.equal(status, 401);
      });

      it('keeps a stream of events open', async () => {
        await using server = await toy(framework);
        const { body } = await fetch(`${server.url}/ox_profile/events`, { headers: ada });
        let ticks = 0;
        for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
          ticks += chunk.split('event: tick').length - 1;
          if (ticks > 1) break;
        }
        assert.equal(ticks > 1, true);
      });

      it('answers HEAD without a body, and refuses methods that it does not have', async () => {
        await using server = await toy(framework);
        const page = `${server.url}/ox_profile/status.json`;
        const head = await asAda(page, 'HEAD');
        assert.deepEqual([head.status, head.body], [200, '']);
        assert.match(head.headers['content-type']!, /^application\/json/);
        for (const method of ['PUT', 'DELETE', 'PATCH']) {
          assert.equal((await asAda(page, method)).status, 405, method);
        }
      });

      it('answers one request after another on a kept connection', async () => {
        await using server = await toy(framework, { readsBodies: false });
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const leaks: Error[] = [];
        const warn = (warning: Error): void => {
          if (warning.name === 'MaxListenersExceededWarning') leaks.push(warning);
        };
        process.on('warning', warn);
        const sockets = new Set<number | undefined>();
        agent.on('free', (socket: { localPort?: number }) => sockets.add(socket.localPort));
        for (let i = 0; i < 15; i++) {
          for (const path of ['/ox_profile/status.json', '/users/5']) {
            const { status } = await ask(server.url + path, { agent, headers: ada });
            assert.equal(status, 200);
          }
          // Its body is not looked at before it is refused.
          const refused = await ask(
            `${server.url}/ox_profile/pause`,
            { agent, method: 'POST', headers: { ...form, 'x-user': 'eve' } },
            'token=x',
          );
          assert.equal(refused.status, 403);
        }
        await new Promise(setImmediate);
        process.off('warning', warn);
        agent.destroy();
        assert.equal(sockets.size, 1);
        assert.deepEqual(leaks, []);
      });

      it('says what is wrong with its options', async () => {
        const wrong: [object, string][] = [
          [{ options: { nothing: 1 } }, 'ERR_PROFILER_UNKNOWN_OPTION'],
          [{ options: { users: 5 } }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
          [{ options: { user: 'ada' } }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
          [{ options: { authorize: true } }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
          [{ options: { path: 'ox' } }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
          [{ options: { maxCaptures: 0 } }, 'ERR_PROFILER_OUT_OF_RANGE'],
          [{ launcher: {} }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
        ];
        for (const [how, code] of wrong) {
          await assert.rejects(async () => framework.make({ launcher, ...how }), { code });
        }
      });
    });
  }

  it('are mounted in the example, for one user', async () => {
    const example = await startProgram(['examples/express.mjs'], { PORT: '0' });
    try {
      const url = example.line.replace(/\/$/, '');
      for (const [name, wanted] of [['ada', 200], ['eve', 403]] as const) {
        const { headers } = await ask(`${url}/login`, { method: 'POST', headers: form }, `name=${name}`);
        const [cookie = ''] = headers['set-cookie'] ?? [];
        const asked = await ask(`${url}/ox_profile/status.json`, { headers: { cookie } });
        assert.equal(asked.status, wanted, asked.body);
      }
      assert.equal((await ask(`${url}/ox_profile/status.json`)).status, 401);
      assert.equal((await ask(`${url}/primes/100`)).body, '{"upTo":100,"count":25}');
    } finally {
      await example.end();
    }
  });

  describe('createHandler()', () => {
    it('asks routeOf at the end, and leaves out what follows the path', async () => {
      const routeOf = ({ url = '' }: IncomingMessage): string | undefined => {
        if (url.startsWith('/throws')) throw new Error('no route');
        return url.startsWith('/none') ? undefined : url.replace(/\d+/, ':id');
      };
      const handler = createHandler(launcher, { users: ['ada'], user: () => 'ada', routeOf });
      await using server = await serve((req, res) => {
        if (handler(req, res)) return;
        req.url = `/late${req.url}`.replace('/late/throws', '/throws').replace('/late/none', '/none');
        res.end();
      });
      for (const path of ['/5?a=b', '/6#c', '/throws', '/none']) await ask(server.url + path);
      const rows = await timesAfter(4, `${server.url}/ox_profile`);
      assert.deepEqual(brief(rows), ['GET (no route) 2, 0 failed', 'GET /late/:id 2, 0 failed']);
    });

    it('refuses a routeOf that is no function', () => {
      const code = 'ERR_PROFILER_INVALID_ARG_TYPE';
      assert.throws(() => createHandler(launcher, { routeOf: '/a' as never }), { code });
      assert.throws(() => createHandler(launcher, null as never), { code });
      assert.throws(() => createHandler(launcher, [] as never), { code });
    });

    it('calls next where it does not answer', async () => {
      const handler = createHandler(launcher, { authorize: () => true });
      await using server = await serve((req, res) => {
        handler(req, res, () => res.end('next'));
      });
      assert.equal((await ask(`${server.url}/a`)).body, 'next');
      assert.equal((await ask(`${server.url}/ox_profile/status.json`)).status, 200);
    });

    it('does not wait for a body that was read and kept', async () => {
      const handler = createHandler(launcher, { authorize: () => true });
      await using server = await serve((req, res) => {
        req.resume().on('end', () => handler(req, res));
      });
      assert.equal((await post(`${server.url}/ox_profile/pause`, 'token=x')).status, 403);
    });

    it('measures what nobody else does under ids and long paths', async () => {
      const handler = createHandler(launcher, { authorize: () => true });
      await using server = await serve((req, res) => {
        if (!handler(req, res)) res.end();
      });
      for (const path of ['/17', '/4711/x', `/${'long'.repeat(1000)}`, '/?a', '/a%0D%0Ab']) {
        await ask(server.url + path);
      }
      const rows = await timesAfter(5, `${server.url}/ox_profile`);
      assert.deepEqual(brief(rows), [
        'GET / 1, 0 failed',
        'GET /:id 2, 0 failed',
        'GET /a%0D%0Ab 1, 0 failed',
        `GET /${'long'.repeat(1000).slice(0, 198)}… 1, 0 failed`,
      ]);
    });
  });

  for (const [name, make] of [
    ['Express 5', express],
    ['Express 4', express4 as unknown as typeof express],
  ] as const) {
    describe(`oxProfile() of ${name}`, () => {
      it('can hang in a router, an application within another, and below parameters', async () => {
        const ox = oxExpress(launcher, { authorize: () => true });
        const app = make();
        const inner = make();
        inner.use('/in', make.Router().use(ox));
        app.use('/sub', inner);
        app.use('/tenants/:tenant', ox);
        await using server = await serve(app);
        for (const base of ['/sub/in/ox_profile', '/tenants/acme/ox_profile']) {
          assert.equal(await baseOf(server.url + base), base);
        }
      });

      it('gives the request to the functions of the user', async () => {
        const seen: unknown[] = [];
        const ox = oxExpress(launcher, {
          users: ['ada@example.com'],
          usernameField: 'email',
          user: (req) => {
            seen.push(req.headers['x-user'], req.originalUrl);
            return { email: 'ada@example.com' };
          },
        });
        await using server = await serve(make().use('/admin', ox));
        assert.equal((await asAda(`${server.url}/admin/ox_profile/status.json`)).status, 200);
        assert.deepEqual(seen, ['ada', '/admin/ox_profile/status.json']);
      });

      it('takes changes where a parser has looked at the body and left it', async () => {
        const app = make().use(make.json(), oxExpress(launcher, { authorize: () => true }));
        await using server = await serve(app);
        const pages = `${server.url}/ox_profile`;
        const token = await tokenOf(pages);
        assert.equal((await post(`${pages}/pause`, `token=${token}`)).status, 303);
      });

      it('names regular expressions, lists, files and mounts', async () => {
        const ox = oxExpress(launcher, { authorize: () => true });
        const app = make().use(ox);
        const users = make.Router({ mergeParams: true });
        users.get('/posts', (_req, res) => void res.send('posts'));
        users.get('/', (_req, res) => void res.send('user'));
        app.use('/users/:user', users);
        users.get(/^\/re/, (_req, res) => void res.send('re'));
        app.get(/^\/re(x+)$/, (_req, res) => void res.send('re'));
        app.get(['/a', '/b'], (_req, res) => void res.send('list'));
        app.use('/static', (_req, res) => void res.send('file'));
        await using server = await serve(app);
        const paths = ['/users/17/posts', '/users/18', '/users/19/re', '/rexx', '/a', '/b', '/static/x.js'];
        for (const path of paths) await ask(server.url + path);
        const rows = await timesAfter(paths.length, `${server.url}/ox_profile`);
        assert.deepEqual(brief(rows), [
          'GET (no route) 1, 0 failed',
          'GET /^\\/re(x+)$/ 1, 0 failed',
          'GET /a | /b 2, 0 failed',
          'GET /users/:id 1, 0 failed',
          'GET /users/:id/^\\/re/ 1, 0 failed',
          'GET /users/:id/posts 1, 0 failed',
        ]);
      });

      it('passes on the error of a handler that comes after', async () => {
        const app = make().use(oxExpress(launcher, { authorize: () => true }));
        const inner = make.Router();
        inner.get('/b/:id', (_req, _res, next) => next(new Error('mine')));
        app.use('/a', inner);
        app.use(((error, _req, res, _next) => {
          res.status(418).send((error as Error).message);
        }) as express.ErrorRequestHandler);
        await using server = await serve(app);
        const { status, body } = await ask(`${server.url}/a/b/5`);
        assert.deepEqual([status, body], [418, 'mine']);
        const rows = await timesAfter(1, `${server.url}/ox_profile`);
        assert.deepEqual(brief(rows), ['GET /a/b/:id 1, 0 failed']);
      });
    });
  }

  describe('oxProfile() of Fastify', () => {
    it('can hang in an instance within another, and below parameters', async () => {
      const app = fastify();
      await app.register(
        async (outer) => {
          await outer.register(oxFastify(launcher, { authorize: () => true }), { prefix: '/:tenant' });
        },
        { prefix: '/tenants' },
      );
      await app.ready();
      await using server = await serve(app.routing);
      const base = '/tenants/acme/ox_profile';
      assert.equal(await baseOf(server.url + base), base);
      assert.equal((await ask(`${server.url}${base}/none`)).status, 404);
    });

    it('knows the URL that the browser knows where the application rewrites it', async () => {
      const app = fastify({ rewriteUrl: ({ url = '' }) => url.replace('/proxied', '') });
      app.register(oxFastify(launcher, { authorize: () => true }));
      await app.ready();
      await using server = await serve(app.routing);
      assert.equal(await baseOf(`${server.url}/proxied/ox_profile`), '/proxied/ox_profile');
    });

    it('measures routes made before and after, and leaves the parsers of others alone', async () => {
      const app = fastify();
      app.get('/before', () => 'before');
      await app.register(oxFastify(launcher, { authorize: () => true }));
      app.get('/after', () => 'after');
      app.post('/form', () => 'form');
      await app.register(
        (inner, _, done) => {
          inner.get('/within', () => 'within');
          done();
        },
        { prefix: '/inner' },
      );
      await app.ready();
      await using server = await serve(app.routing);
      for (const path of ['/before', '/after', '/inner/within']) await ask(server.url + path);
      assert.equal((await post(`${server.url}/form`, 'a=b')).status, 415);
      const rows = await timesAfter(4, `${server.url}/ox_profile`);
      assert.deepEqual(
        rows.map(({ route }) => route).sort(),
        ['/after', '/before', '/form', '/inner/within'],
      );
    });

    it('gives the request to the functions of the user', async () => {
      const urls: string[] = [];
      const app = fastify();
      const authorize = async (request: { originalUrl: string }): Promise<boolean> => {
        await Promise.resolve();
        return urls.push(request.originalUrl) > 1;
      };
      app.register(oxFastify(launcher, { authorize }));
      await app.ready();
      await using server = await serve(app.routing);
      for (const wanted of [401, 200]) {
        assert.equal((await ask(`${server.url}/ox_profile/status.json`)).status, wanted);
      }
      assert.deepEqual(urls, ['/ox_profile/status.json', '/ox_profile/status.json']);
    });

    it('is refused by Fastify of another major', () => {
      const plugin = oxFastify(launcher) as unknown as Record<symbol, unknown>;
      assert.deepEqual(plugin[Symbol.for('plugin-meta')], { name: 'ox-profile', fastify: '5.x' });
    });
  });

  describe('oxProfile() of Koa', () => {
    it('can hang in routers, with prefixes and parameters, and in mounted applications', async () => {
      const ox = oxKoa(launcher, { authorize: () => true });
      const app = new Koa();
      const admin = new Router({ prefix: '/admin' });
      admin.all('/ox_profile{/*rest}', ox);
      const tenants = new Router().all('/tenants/:tenant/ox_profile{/*rest}', ox);
      const outer = new Router().use('/nested', admin.routes());
      const used = new Router({ prefix: '/used' }).use(ox);
      used.all('/ox_profile{/*rest}', () => assert.fail());
      const inner = new Koa().use(mount('/deep', new Koa().use(ox)));
      for (const router of [admin, tenants, outer, used]) app.use(router.routes());
      app.use(mount('/mounted', inner));
      await using server = await serve(app.callback());
      for (const mounted of ['/admin', '/tenants/acme', '/nested/admin', '/used', '/mounted/deep']) {
        const base = `${mounted}/ox_profile`;
        assert.equal(await baseOf(server.url + base), base);
      }
    });

    it('waits for the answer before it lets the middleware around it go on', async () => {
      const app = new Koa();
      let wasSent = false;
      app.use(async ({ res }, next) => {
        await next();
        wasSent = res.writableEnded;
      });
      app.use(oxKoa(launcher, { authorize: () => true }));
      await using server = await serve(app.callback());
      assert.equal((await ask(`${server.url}/ox_profile/status.json`)).status, 200);
      await until(() => wasSent);
    });

    it('names routes of mounted routers, and where there is none', async () => {
      const app = new Koa().use(oxKoa(launcher, { authorize: () => true }));
      const router = new Router();
      router.get('/users/:id', (context) => void (context.body = 'user'));
      app.use(mount('/api', new Koa().use(router.routes())));
      app.use((context) => void (context.body = 'none'));
      await using server = await serve(app.callback());
      for (const path of ['/api/users/5', '/elsewhere']) await ask(server.url + path);
      const rows = await timesAfter(2, `${server.url}/ox_profile`);
      assert.deepEqual(brief(rows), ['GET (no route) 1, 0 failed', 'GET /api/users/:id 1, 0 failed']);
    });

    it('gives the context to the functions of the user', async () => {
      const app = new Koa();
      app.use((context, next) => {
        context.state.login = 'ada';
        return next();
      });
      const user = (context: Koa.Context): unknown => context.state.login;
      app.use(oxKoa(launcher, { users: ['ada'], user }));
      await using server = await serve(app.callback());
      assert.equal((await ask(`${server.url}/ox_profile/status.json`)).status, 200);
    });
  });
});
