import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { SimpleLauncher } from 'ox-profile';
import type { Status, Tick } from '../../dist/web/api';
import { Pages } from '../../dist/web/pages';
import { Streams } from '../../dist/web/streams';
import { burnUntil } from '../support/burn';
import { until } from '../support/server';
import { ask } from '../support/web';

let server: Server;

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Bytes as they are, and what comes back until the other side ends or is ended. */
function talk(url: string, text: string): { socket: Socket; answer: Promise<string> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(text);
  return {
    socket,
    answer: new Promise((resolve) => socket.on('close', () => resolve(received))),
  };
}

describe('An attack on the pages', () => {
  let launcher: SimpleLauncher;
  let url: string;
  let userName = 'ada';

  beforeEach(async () => {
    launcher = SimpleLauncher.launch({ intervalMillis: 1, maxOverhead: Infinity });
    userName = 'ada';
    const pages = new Pages(launcher, { users: ['ada'] }, { userOf: () => ({ name: userName }) });
    url = await listen((request, response) => {
      const [path = '', search = ''] = (request.url ?? '').split('?');
      const at = path.indexOf(pages.path);
      void pages.handle({
        request,
        response,
        subject: request,
        base: path.slice(0, at) + pages.path,
        path: path.slice(at + pages.path.length),
        search,
      });
    });
  });

  afterEach(async () => {
    launcher.cancel();
    await close();
  });

  it('by a name with script in it finds text', async () => {
    userName = '<img src=x onerror=alert(1)>"\'';
    const refused = await ask(`${url}/ox_profile/status`, { headers: { Accept: 'text/html' } });
    assert.equal(refused.status, 403);
    assert.doesNotMatch(refused.text, /<img/);
    assert.match(refused.text, /&#60;img/);
  });

  it('by a function with script in its name finds no page that a browser would run', async () => {
    const name = '</script><script>alert(1)</script>';
    // V8 knows a function by the name that stands in its source.
    const evil = {
      '</script><script>alert(1)</script>'(end: number): void {
        while (performance.now() < end);
      },
    };
    burnUntil(() => {
      evil[name](performance.now() + 20);
      return launcher.query({ maxRecords: Infinity }).records.some((each) => each.name === name);
    });
    for (const path of ['functions.json', 'flamegraph.json', 'profile?format=html', 'profile?format=csv']) {
      const { headers, text, status } = await ask(`${url}/ox_profile/${path}`);
      assert.equal(status, 200);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      const type = headers['content-type'] ?? '';
      if (type.startsWith('text/html')) {
        assert.match(headers['content-disposition'] ?? '', /^attachment/);
        assert.ok(!text.includes(name));
      }
    }
  });

  it('by a path leads nowhere else', async () => {
    for (const path of ['//evil.example/ox_profile', '/\\evil.example/ox_profile', '/a%0d%0aX-Y:%20z/ox_profile']) {
      const { status, headers } = await ask(url + path);
      assert.equal(status, 308);
      assert.equal(headers.location, './ox_profile/');
      assert.equal(headers['x-y'], undefined);
      const page = await ask(`${url}${path}/pause`);
      assert.doesNotMatch(page.text, /(action|href)="\/\//);
    }
  });

  it('by lines in a parameter brings no header', async () => {
    for (const query of ['as_csv=1%0d%0aX-Evil:%201', 'as_csv%0d%0aX-Evil:%201=1']) {
      const { headers } = await ask(`${url}/ox_profile/show_req_times?${query}`);
      assert.equal(headers['x-evil'], undefined);
    }
    const raw = talk(url, 'GET /ox_profile/profile?format=csv\nX-Evil: 1 HTTP/1.1\r\nHost: x\r\n\r\n');
    // A request of HTTP/0.9 for one parser, none for another: both hang up.
    const [head = ''] = (await raw.answer).split('\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 (?:200|400) /);
    assert.doesNotMatch(head, /^X-Evil/im);
  });

  it('by 10 000 connections to the stream is turned away at the bound, and then it is over', async function () {
    this.timeout(180_000);
    const request = 'GET /ox_profile/events HTTP/1.1\r\nHost: x\r\n\r\n';
    let opened = 0;
    let refused = 0;
    for (let round = 0; round < 100; round++) {
      const sockets = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const { socket } = talk(url, request);
          const [head] = await new Promise<[string]>((resolve) => {
            socket.once('data', (chunk: Buffer) => resolve([chunk.toString('latin1')]));
            socket.once('close', () => resolve(['']));
          });
          if (head.startsWith('HTTP/1.1 200')) opened++;
          else if (head.startsWith('HTTP/1.1 429')) refused++;
          return socket;
        }),
      );
      for (const socket of sockets) socket.destroy();
      await new Promise(setImmediate);
    }
    assert.equal(opened + refused, 10_000);
    assert.ok(opened >= 20 && opened <= 2_000, `${String(opened)} opened`);
    await until(async () => (await ask(`${url}/ox_profile/status.json`)).status === 200);
    const { answer, socket } = talk(url, request);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    assert.match(await answer, /^HTTP\/1\.1 200/);
  });
});

describe('A stream of events', () => {
  let ticks = 0;

  /** Large ones, as no real ones are, so that little is needed to fill a socket. */
  const tick = (): Promise<Uint8Array> => {
    const large: Tick = {
      status: { notes: ['x'.repeat(200_000)] } as unknown as Status,
      seconds: [],
      skipped: 0,
    };
    ticks++;
    return Promise.resolve(Buffer.from(JSON.stringify(large)));
  };

  const TICK_MILLIS = 5;
  /** Of the last who asked. */
  let unread = (): number => 0;

  const open = async (): Promise<{ url: string; streams: Streams }> => {
    const streams = new Streams({ tick }, 5, TICK_MILLIS);
    const url = await listen((request, response: ServerResponse) => {
      unread = () => response.writableLength;
      streams.open(request, response);
    });
    return { streams, url };
  };

  /** Resolves when so many timers of the ticks' own length have come, one after
   * another: at the end of each the streams' own has come too. */
  const timers = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, TICK_MILLIS));
  };

  afterEach(close);

  it('leaves out for a slow reader what it cannot take, and says how much', async () => {
    const { url } = await open();
    const { socket, answer } = talk(url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    // Until what is sent is taken no more, and ticks have come that were left out.
    for (let last = -1; last !== ticks || unread() === 0; ) {
      last = ticks;
      await timers(5);
    }
    socket.resume();
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (/"skipped":[1-9]\d*\}/.test(text)) socket.destroy();
    });
    await answer;
    assert.match(text, /"skipped":[1-9]\d*\}/);
  });

  it('ends for who does not read at all, and is then over for all', async () => {
    const { url, streams } = await open();
    const { socket } = talk(url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    await until(() => streams.size === 1);
    await until(() => streams.size === 0);
    const after = ticks;
    await timers(20);
    assert.equal(ticks, after);
    socket.destroy();
  });
});
