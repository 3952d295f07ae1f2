import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Agent, METHODS } from 'node:http';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import type { RequestTimesRow } from '../../dist/web/api';
import { csvOf, RequestTimes } from '../../dist/web/request-times';
import { firstSegment, fullPattern, routeName } from '../../dist/web/route-name';
import { ask, askAndGo, serve, until } from '../support/server';

interface Asked {
  method: string;
  route: string;
  routeOf: () => unknown;
  status: number;
  finished: boolean;
}

/** A request that is answered after so many milliseconds of a clock that it turns. */
class Clock {
  now = 0;
  readonly times = new RequestTimes(() => this.now);

  request(millis: number, asked: Partial<Asked> = {}): void {
    const { method = 'GET', route = '/a', status = 200, finished = true } = asked;
    const { routeOf = () => route } = asked;
    let close = (): void => assert.fail();
    const response = {
      statusCode: status,
      writableFinished: finished,
      once: (_close: string, listener: () => void) => (close = listener),
    };
    this.times.watch({ method }, response, routeOf);
    this.now += millis;
    close();
  }

  rows(): readonly RequestTimesRow[] {
    return this.times.answer().routes;
  }
}

describe('RequestTimes', () => {
  it('tells count, mean, percentiles and the largest, within one percent', () => {
    const clock = new Clock();
    for (let millis = 1; millis <= 1000; millis++) clock.request(millis);
    const [row, ...others] = clock.rows();
    assert.equal(others.length, 0);
    assert.equal(row!.count, 1000);
    assert.equal(row!.errors, 0);
    assert.equal(row!.meanMillis, 500.5);
    assert.equal(row!.maxMillis, 1000);
    assert.ok(Math.abs(row!.p50Millis - 500) <= 5, String(row!.p50Millis));
    assert.ok(Math.abs(row!.p99Millis - 990) <= 9.9, String(row!.p99Millis));
  });

  it('tells what has come since it was asked last', () => {
    const clock = new Clock();
    clock.request(1);
    assert.deepEqual([clock.rows()[0]!.count, clock.rows()[0]!.maxMillis], [1, 1]);
    clock.request(9, { status: 500 });
    const [row] = clock.rows();
    assert.deepEqual([row!.count, row!.errors, row!.maxMillis, row!.meanMillis], [2, 1, 9, 5]);
  });

  it('keeps routes and methods apart, those that take the most time in all first', () => {
    const clock = new Clock();
    clock.request(5, { route: '/small' });
    for (let i = 0; i < 3; i++) clock.request(4, { route: '/often' });
    clock.request(7, { route: '/often', method: 'POST' });
    assert.deepEqual(
      clock.rows().map(({ method, route, count }) => [method, route, count]),
      [['GET', '/often', 3], ['POST', '/often', 1], ['GET', '/small', 1]],
    );
  });

  it('counts answers of 500 and above and lost connections as errors', () => {
    const clock = new Clock();
    for (const status of [200, 304, 404, 499, 500, 503]) clock.request(1, { status });
    clock.request(1, { finished: false });
    assert.deepEqual([clock.rows()[0]!.count, clock.rows()[0]!.errors], [7, 3]);
  });

  it('takes times of no length, and of days', () => {
    const clock = new Clock();
    clock.request(0, { route: '/none' });
    clock.request(86_400_000, { route: '/day' });
    const [day, none] = clock.rows();
    assert.deepEqual([none!.p50Millis, none!.p99Millis, none!.maxMillis], [0, 0, 0]);
    assert.equal(day!.maxMillis, 86_400_000);
    assert.equal(day!.meanMillis, 86_400_000);
    // The histogram ends at an hour.
    assert.ok(day!.p99Millis >= 3_600_000 && day!.p99Millis <= day!.maxMillis);
  });

  it('keeps a thousand routes, and puts the rest together', () => {
    const clock = new Clock();
    for (let i = 0; i < 1001; i++) clock.request(1, { route: `/${i}` });
    clock.request(1, { route: '/1000', method: 'POST' });
    clock.request(1, { route: '/0' });
    const rows = clock.rows();
    assert.equal(rows.length, 1001);
    const find = (name: string): RequestTimesRow => rows.find(({ route }) => route === name)!;
    assert.deepEqual([find('other').method, find('other').count], ['other', 2]);
    assert.equal(find('/0').count, 2);
    assert.equal(find('/999').count, 1);
    assert.equal(find('/1000'), undefined);
    assert.equal(rows.reduce((sum, { count }) => sum + count, 0), 1003);
  });

  it('puts methods that nobody knows together', () => {
    const clock = new Clock();
    for (const method of [...METHODS, 'MADE', 'UP', '__proto__']) clock.request(1, { method });
    const methods = clock.rows().map(({ method }) => method);
    assert.deepEqual([...methods].sort(), [...METHODS, 'other'].sort());
  });

  it('takes a request for one without a route whose route throws or is none', () => {
    const clock = new Clock();
    const routes = [
      () => {
        throw new Error('no');
      },
      () => undefined,
      () => '',
      () => 5,
      () => ({ toString: () => '/x' }),
    ];
    for (const routeOf of routes) clock.request(1, { routeOf });
    const rows = clock.rows().map(({ route, count }) => [route, count]);
    assert.deepEqual(rows, [['(no route)', routes.length]]);
  });

  it('counts a response once that is watched twice, and one that is left not at all', async () => {
    const times = new RequestTimes();
    const listeners: number[] = [];
    await using server = await serve((request, response) => {
      for (let i = 0; i < 2; i++) times.watch(request, response, () => request.url);
      if (request.url === '/ours') times.leave(response);
      listeners.push(response.listenerCount('close'));
      response.end('done');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const path of ['/ours', '/theirs', '/theirs']) await ask(server.url + path, { agent });
    await until(() => times.answer().routes[0]?.count === 2);
    assert.deepEqual(times.answer().routes.map(({ route }) => route), ['/theirs']);
    // One connection served all three: nothing has gathered on what they share.
    assert.equal(new Set(listeners).size, 1);
  });

  it('counts a request that the client gives up, with the time it took', async () => {
    const times = new RequestTimes();
    const begun = new EventEmitter();
    await using server = await serve((request, response) => {
      times.watch(request, response, () => request.url);
      if (request.url === '/half') response.write('half');
      if (request.url !== '/whole') begun.emit('begun');
      else response.end();
    });
    await ask(`${server.url}/whole`);
    await askAndGo(`${server.url}/none`, once(begun, 'begun'));
    await askAndGo(`${server.url}/half`, once(begun, 'begun'));
    await until(() => times.answer().routes.length === 3);
    const errors = times.answer().routes.map(({ route, errors }) => [route, errors]);
    assert.deepEqual(errors.sort(), [['/half', 1], ['/none', 1], ['/whole', 0]]);
  });

  it('counts each request of a kept connection', async () => {
    const times = new RequestTimes();
    const sockets = new Set();
    await using server = await serve((request, response) => {
      times.watch(request, response, () => request.url);
      sockets.add(request.socket);
      response.end();
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 5; i++) await ask(`${server.url}/kept`, { agent });
    await until(() => times.answer().routes[0]?.count === 5);
    assert.equal(sockets.size, 1);
    assert.equal(times.answer().routes[0]!.errors, 0);
  });

  it('measures HTTP/2 too', async () => {
    const times = new RequestTimes();
    const server = createServer((request, response) => {
      times.watch(request, response, () => request.url);
      response.end('two');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { connect } = await import('node:http2');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({ ':method': 'MADEUP', ':path': '/two' }).resume();
    await once(stream, 'close');
    await until(() => times.answer().routes.length === 1);
    const [row] = times.answer().routes;
    assert.deepEqual([row!.method, row!.route, row!.errors], ['other', '/two', 0]);
    session.close();
    server.close();
    await once(server, 'close');
  });

  it('says since when', () => {
    const before = Date.now();
    const { sinceMillis, ageMillis } = new RequestTimes().answer();
    assert.ok(sinceMillis >= before && sinceMillis <= Date.now());
    assert.equal(ageMillis, 0);
  });
});

describe('csvOf()', () => {
  function csvOfRoute(route: string): string {
    const clock = new Clock();
    clock.request(12.5, { route });
    return csvOf(clock.times.answer());
  }

  it('has a row for each route', () => {
    assert.equal(
      csvOfRoute('/users/:id'),
      'method,route,count,errors,mean ms,p50 ms,p99 ms,max ms\r\n' +
        'GET,/users/:id,1,0,12.500,12.500,12.500,12.500\r\n',
    );
  });

  it('quotes what separates cells', () => {
    assert.match(csvOfRoute('/a,b"c'), /\r\nGET,"\/a,b""c",1,0,/);
  });

  it('makes no formulas', () => {
    for (const route of ['=1+1', '+1', '-1', '@SUM(A1)']) {
      assert.ok(csvOfRoute(route).includes(`\r\nGET,'${route},1,`), route);
    }
  });

  it('keeps a row in its line, whatever the route', () => {
    for (const route of ['/a\r\nGET,/b,1', '/a\nb', '\r=1', '/a\u2028b', '\t=1']) {
      const lines = csvOfRoute(route).split(/[\r\n\u2028]+/);
      assert.equal(lines.length, 3, JSON.stringify(lines));
      assert.match(lines[1]!, /^GET,.+,1,0,12\.500,/);
    }
  });

  it('quotes line breaks of answers from elsewhere', () => {
    const [row] = new Clock().rows();
    assert.equal(row, undefined);
    const routes = [{
      ...{ method: '=GET', route: '\r\nX: y', count: 1, errors: 0 },
      ...{ meanMillis: 1, p50Millis: 1, p99Millis: 1, maxMillis: 1 },
    }];
    const csv = csvOf({ routes, sinceMillis: 0, ageMillis: 0 });
    assert.ok(csv.endsWith(`\r\n'=GET,"'\r\nX: y",1,0,1.000,1.000,1.000,1.000\r\n`), csv);
  });
});

describe('routeName()', () => {
  it('bounds the length, and halves no character', () => {
    assert.equal(routeName(`/${'a'.repeat(199)}`).length, 200);
    assert.equal(routeName(`/${'a'.repeat(200)}`), `/${'a'.repeat(198)}…`);
    const long = routeName('😀'.repeat(1000));
    assert.ok(long.length <= 200, long);
    // UTF-8 has nothing for half a character.
    for (const name of [long, routeName(`/${'😀'.repeat(1000)}`)]) {
      assert.equal(Buffer.from(name).toString(), name);
    }
  });

  it('has no line breaks and no characters that move others', () => {
    assert.equal(routeName('/a\r\nb\u202ec\0'), '/a\ufffd\ufffdb\ufffdc\ufffd');
  });
});

describe('firstSegment()', () => {
  for (const [path, route] of [
    ['/', '/'],
    ['', '/'],
    ['*', '/*'],
    ['/users', '/users'],
    ['/users/5', '/users'],
    ['//users//5', '/users'],
    ['/5', '/:id'],
    ['/550e8400-e29b-41d4-a716-446655440000/x', '/:id'],
    ['/507f1f77bcf86cd799439011', '/:id'],
    ['/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/:id'],
    ['/v2', '/v2'],
    ['/internationalization', '/internationalization'],
    ['/a%2Fb', '/a%2Fb'],
  ] as const) {
    it(`takes ${path === '' ? 'nothing' : path} for ${route}`, () => {
      assert.equal(firstSegment(path), route);
    });
  }
});

describe('fullPattern()', () => {
  for (const [pattern, path, mount, full] of [
    ['/users/:id', '/users/5', '', '/users/:id'],
    ['/users/:id', '/api/users/5', '/api', '/api/users/:id'],
    // As Express leaves it when a router hands an error on.
    ['/users/:id', '/api/v1/users/5', '', '/api/v1/users/:id'],
    ['/users/:id', '/api/v1/users/5', '/api', '/api/v1/users/:id'],
    ['/', '/api', '/api', '/api'],
    ['/', '/api/', '', '/api'],
    ['/', '/', '', '/'],
    ['/posts', '/users/17/posts', '/users/17', '/users/:id/posts'],
    ['/Posts', '/api/posts/', '/api', '/api/Posts'],
    // The URL was written anew on its way.
    ['/new/:id', '/old/5', '', '/new/:id'],
    ['/new/:id', '/old/5', '/api', '/api/new/:id'],
    ['/files{/*rest}', '/api/files/a/b', '/api', '/api/files{/*rest}'],
    [/^\/x/, '/api/x', '/api', '/api/^\\/x/'],
    [['/a', /b/], '/api/a', '/api', '/api/a | /b/'],
    [undefined, '/api', '/api', undefined],
    [{}, '/api', '/api', undefined],
  ] as const) {
    it(`has ${inspect(pattern)} of ${path} under '${mount}' as ${String(full)}`, () => {
      assert.equal(fullPattern(pattern, path, mount), full);
    });
  }
});
