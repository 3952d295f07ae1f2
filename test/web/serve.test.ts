import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

import { SimpleLauncher, type PageServerHandle } from 'ox-profile';
import type { FunctionsAnswer, StallsAnswer, Status, Tick } from '../../dist/web/api';
import { burn, burnUntil } from '../support/burn';
import { assertEnded, runSource } from '../support/children';
import { GoPprof, needsGo } from '../support/go';
import { until } from '../support/server';
import { ask, codeOf, post, tokenOf, type Answered, type Asked } from '../support/web';

describe('serve()', () => {
  let launcher: SimpleLauncher;

  beforeEach(() => {
    launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity });
    launcher.start();
  });

  afterEach(() => {
    launcher.cancel();
  });

  it('has the pages at an address of its own, until it is closed', async () => {
    const server = await launcher.serve();
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal((await ask(server.url)).status, 200);
    const other = await launcher.serve({ host: 'localhost' });
    assert.match(other.url, /^http:\/\/localhost:\d+\/$/);
    await server.close();
    await server.close();
    await assert.rejects(ask(server.url));
    assert.equal((await ask(`${other.url}status.json`)).status, 200);
    launcher.cancel();
    await assert.rejects(ask(other.url));
    await assert.rejects(launcher.serve(), { code: 'ERR_PROFILER_CANCELLED' });
  });

  it('may be closed and cancelled at any moment, and no program ends of it', async () => {
    for (const source of [
      'launcher.serve().then(() => console.log("served")); launcher.cancel();',
      'launcher.serve().then((server) => { server.close(); launcher.cancel(); });',
      'launcher.serve().then((server) => { launcher.cancel(); return server.close(); });',
      'launcher.serve(); setImmediate(() => launcher.cancel());',
    ]) {
      const ended = await runSource(
        `const launcher = require('ox-profile').SimpleLauncher.launch(); ${source}`,
      );
      assertEnded(ended, { stderr: '' });
    }
  });

  it('changes the launcher', async () => {
    const { url } = await launcher.serve();
    const change = async (name: string, fields = {}): Promise<Answered> =>
      post(url + name, { token: tokenOf(await ask(url + name)), ...fields });
    assert.equal((await change('unpause')).status, 303);
    assert.equal(launcher.isPaused(), false);
    assert.equal((await change('set_interval', { interval: '3' })).status, 303);
    const status = JSON.parse((await ask(`${url}status.json`)).text) as Status;
    assert.equal(status.intervalMillis.asked, 3);
    assert.equal((await change('pause')).status, 303);
    assert.equal(launcher.isPaused(), true);
    assert.equal((await change('set_interval', { interval: '0' })).status, 400);
  });

  /** What another thread sees of the pages while this one is stuck: until it has
   * seen it. */
  async function seenWhileStuck<T>(
    url: string,
    source: string,
    stuck: (isSeen: () => boolean) => void,
  ): Promise<T> {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const seen = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      const { url, flag } = workerData;
      const json = async (path) => (await fetch(url + path)).json();
      (async () => { ${source} })()
        .finally(() => Atomics.store(flag, 0, 1))
        .then((seen) => parentPort.postMessage(seen));`,
      { eval: true, workerData: { url, flag } },
    );
    const answer = new Promise<T>((resolve, reject) => {
      seen.on('message', resolve);
      seen.on('error', reject);
    });
    try {
      await new Promise((resolve) => seen.once('online', resolve));
      stuck(() => Atomics.load(flag, 0) === 1);
      return await answer;
    } finally {
      await seen.terminate();
    }
  }

  it('goes on and names the culprit while the main thread is stuck', async () => {
    launcher.unpause();
    const { url } = await launcher.serve();
    await ask(`${url}status.json`);
    const seen = await seenWhileStuck<{
      functions: FunctionsAnswer;
      stalls: StallsAnswer;
      ticks: string;
    }>(
      url,
      `let stalls;
      do stalls = await json('stalls.json'); while (!stalls.stalls.some((each) => !each.ended));
      let functions;
      do functions = await json('functions.json?sort=self&filter=burn'); while (functions.records.length === 0);
      const reader = (await fetch(url + 'events')).body.getReader();
      let ticks = '';
      const isBusy = () => [...ticks.matchAll(/^data: (.*)\\n\\n/gm)].some(([, data]) =>
        JSON.parse(data).status.threads.some(({ id, busyShare }) => id === 0 && busyShare > 50));
      while (ticks.split('event: tick').length < 4 || !isBusy()) ticks += Buffer.from((await reader.read()).value).toString();
      return { functions, stalls, ticks };`,
      function culprit(isSeen) {
        burnUntil(isSeen, 90_000);
      },
    );
    const stall = seen.stalls.stalls.find(({ ended }) => !ended);
    assert.equal(stall?.thread, 0);
    assert.ok(seen.functions.records.some(({ name }) => name === 'burn'));
    const main = seen.stalls.now.find(({ id }) => id === 0);
    assert.ok(main?.stack.some(({ name }) => name === 'culprit'), JSON.stringify(main));
    const ticks = [...seen.ticks.matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => JSON.parse(data as string) as Tick,
    );
    assert.ok(ticks.length >= 3);
    assert.ok(ticks.some(({ status }) => status.threads.some(({ id, busyShare }) => id === 0 && busyShare > 50)));
  });

  it('tells that a change has to wait while the main thread is stuck', async () => {
    const { url } = await launcher.serve();
    const token = tokenOf(await ask(`${url}unpause`));
    const refused = await seenWhileStuck<{ status: number; code: string }>(
      url,
      `const answer = await fetch(url + 'unpause', { method: 'POST', body: new URLSearchParams({ token: ${JSON.stringify(token)} }) });
      return { status: answer.status, code: (await answer.json()).error.code };`,
      (isSeen) => burnUntil(isSeen, 90_000),
    );
    assert.deepEqual(refused, { status: 503, code: 'ERR_PROFILER_BUSY' });
    await until(() => !launcher.isPaused());
  });

  describe('beside go tool pprof', () => {
    before(needsGo);

    it('gives what it asks for', async () => {
      launcher.unpause();
      const { url } = await launcher.serve();
      const go = new GoPprof();
      const timer = setInterval(() => burn(20), 30);
      try {
        const rows = await go.fetchTop(`${url}debug/pprof/profile?seconds=1`);
        assert.ok(rows.some(({ name }) => name.includes('burn')), JSON.stringify(rows));
      } finally {
        clearInterval(timer);
        go.remove();
      }
    });
  });

  it('holds no process open, and leaves its output and exit code alone', async () => {
    const ended = await runSource(`
      const { SimpleLauncher } = require('ox-profile');
      const launcher = SimpleLauncher.launch();
      launcher.serve().then(async ({ url }) => {
        await fetch(url + 'status.json', { headers: { connection: 'close' } });
        process.exitCode = 7;
        process.stdout.write('done');
      });`);
    assertEnded(ended, { code: 7, stdout: 'done', stderr: '' });
  });

  it('is not stopped by who talks without an end', async () => {
    const { url } = await launcher.serve();
    const { port } = new URL(url);
    const sockets = Array.from({ length: 30 }, () => connect(Number(port), '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('GET /status.json HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    }
    assert.equal((await ask(`${url}status.json`)).status, 200);
    for (const socket of sockets) socket.destroy();
  });

  describe('lets in', () => {
    const refusedOptions: [string, object, string][] = [
      ['a host that others reach', { host: '0.0.0.0' }, 'ERR_PROFILER_TOKEN_NEEDED'],
      ['IPv6 that others reach', { host: '::' }, 'ERR_PROFILER_TOKEN_NEEDED'],
      ['a name', { host: 'example.org' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
      ['a port', { port: 70_000 }, 'ERR_PROFILER_OUT_OF_RANGE'],
      ['a short token', { token: 'abc' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
      ['a token of more than one line', { token: 'abcdefgh\r\nX: y' }, 'ERR_PROFILER_INVALID_ARG_TYPE'],
      ['an option', { tokens: 'abcdefgh' }, 'ERR_PROFILER_UNKNOWN_OPTION'],
    ];
    for (const [what, options, code] of refusedOptions) {
      it(`nobody with bad options: ${what}`, async () => {
        await assert.rejects(launcher.serve(options), (error: Error & { code: string }) => {
          assert.equal(error.code, code);
          assert.doesNotMatch(error.message, /abc/);
          return true;
        });
      });
    }

    it('nobody at an address that is taken', async () => {
      const { url } = await launcher.serve();
      const port = Number(new URL(url).port);
      await assert.rejects(launcher.serve({ port }), { code: 'ERR_PROFILER_CANNOT_LISTEN' });
    });

    it('nobody by the name of another host (DNS rebinding)', async () => {
      const { url } = await launcher.serve();
      const { port } = new URL(url);
      const by = (Host: string, path = 'status.json'): Promise<Answered> =>
        ask(url + path, { headers: { Host } });
      for (const host of [`127.0.0.1:${port}`, `LOCALHOST:${port}`, '127.0.0.1:9229', 'localhost', '[::1]:1']) {
        assert.equal((await by(host)).status, 200, host);
      }
      for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127.0.0.1@evil.example']) {
        const refused = await by(host);
        assert.equal(refused.status, 421, host);
        assert.equal(codeOf(refused), 'ERR_PROFILER_FORGED_REQUEST');
        assert.equal((await by(host, 'assets/page.css')).status, 421);
      }
    });

    describe('with a token', () => {
      const token = 'correct-horse-battery';
      let server: PageServerHandle;
      const get = (path: string, asked?: Asked): Promise<Answered> => ask(server.url + path, asked);

      beforeEach(async () => {
        server = await launcher.serve({ token, host: '127.0.0.1' });
      });

      it('who brings it, and nobody else', async () => {
        assert.doesNotMatch(server.url, /correct/);
        assert.equal((await get('status.json')).status, 401);
        assert.equal((await get('status.json?token=wrong-horse-battery')).status, 401);
        assert.equal((await get(`status.json?token=${token}`)).status, 200);
        const bearer = (value: string): Asked => ({ headers: { Authorization: `Bearer ${value}` } });
        assert.equal((await get('status.json', bearer(token))).status, 200);
        assert.equal((await get('status.json', bearer(`${token}x`))).status, 401);
      });

      it('a browser by a cookie, and takes the token out of its address', async () => {
        const Accept = 'text/html';
        const first = await get(`flamegraph?from=1&token=${token}&to=2`, { headers: { Accept } });
        assert.equal(first.status, 303);
        assert.equal(
          new URL(first.headers.location ?? '', server.url).href,
          `${server.url}flamegraph?from=1&to=2`,
        );
        const [cookie = ''] = first.headers['set-cookie'] ?? [];
        assert.match(cookie, /HttpOnly/);
        assert.match(cookie, /SameSite=Lax/);
        assert.doesNotMatch(cookie, new RegExp(token));
        const Cookie = cookie.slice(0, cookie.indexOf(';'));
        assert.equal((await get('flamegraph', { headers: { Accept, Cookie } })).status, 200);
        assert.equal((await get('flamegraph', { headers: { Accept, Cookie: `${Cookie}x` } })).status, 401);
      });
    });
  });

  it('opens no more streams than it may, and frees them', async () => {
    const { url } = await launcher.serve();
    const gone = new AbortController();
    const opened = await Promise.all(
      Array.from({ length: 60 }, () => fetch(`${url}events`, { signal: gone.signal })),
    );
    const statuses = opened.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 20);
    assert.equal(statuses.filter((status) => status === 429).length, 40);
    gone.abort();
    await until(async () => {
      const again = new AbortController();
      const { status } = await fetch(`${url}events`, { signal: again.signal });
      again.abort();
      return status === 200;
    });
  });
});

