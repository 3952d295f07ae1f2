import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Profile, SimpleLauncher, type Frame } from 'ox-profile';
import { Pages, type PagesOptions } from '../../dist/web/pages';
import type { FunctionsAnswer, LinesAnswer, StallsAnswer, Status, Tick } from '../../dist/web/api';
import { burn, burnUntil } from '../support/burn';
import { until } from '../support/server';
import { ask, codeOf, post, tokenOf, type Answered } from '../support/web';

/** A request of whoever the header says, as an application's login would find. */
const userOf = (request: IncomingMessage): unknown => {
  const name = request.headers['x-user'];
  return name === undefined ? undefined : { name, email: `${String(name)}@example.org` };
};

/** Works for so many milliseconds, under another name than burn(). */
function burnOtherwise(millis: number): void {
  for (const end = performance.now() + millis; performance.now() < end; );
}

describe('The pages', () => {
  let launcher: SimpleLauncher;
  let server: Server;
  let url: string;

  async function open(options: PagesOptions = { users: ['ada'] }): Promise<void> {
    const pages = new Pages(launcher, options, { userOf });
    server = createServer((request, response) => {
      const [path = '', search = ''] = (request.url ?? '').split('?');
      void pages.handle({
        request,
        response,
        subject: request,
        base: pages.path,
        path: path.slice(pages.path.length),
        search,
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${pages.path}`;
  }

  /** Works until there are samples of burn(). */
  const burnToSamples = (): void =>
    burnUntil(() => {
      const { records } = launcher.query({ filter: /^burn$/, maxRecords: 1 });
      return (records[0]?.hits ?? 0) >= 20;
    });

  const asAda = { 'X-User': 'ada' };
  const get = (path: string, headers: Record<string, string> = asAda): Promise<Answered> =>
    ask(`${url}/${path}`, { headers });
  const change = async (name: string, fields: Record<string, string> = {}): Promise<Answered> =>
    post(
      `${url}/${name}`,
      { token: tokenOf(await get('pause')), ...fields },
      { ...asAda, Accept: 'application/json' },
    );
  const json = async <T>(path: string): Promise<T> => {
    const answered = await get(path);
    assert.equal(answered.status, 200, answered.text);
    return JSON.parse(answered.text) as T;
  };

  beforeEach(() => {
    launcher = new SimpleLauncher({ intervalMillis: 1, maxOverhead: Infinity });
  });

  afterEach(async () => {
    launcher.cancel();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  describe('let in', () => {
    it('nobody by default', async () => {
      await open({});
      assert.equal((await get('status')).status, 403);
      assert.equal((await get('status', {})).status, 401);
      assert.equal((await get('status.json', {})).status, 401);
      assert.equal((await post(`${url}/unpause`, {}, asAda)).status, 403);
    });

    it('users, by any field, and tell others how without naming anybody', async () => {
      await open({ users: new Set(['ada@example.org', 'grace']), usernameField: 'email' });
      assert.equal((await get('status')).status, 200);
      const refused = await get('status', { 'X-User': 'bob' });
      assert.equal(refused.status, 403);
      assert.equal(codeOf(refused), 'ERR_PROFILER_NOT_ALLOWED');
      assert.match(refused.text, /bob@example\.org/);
      assert.match(refused.text, /option users/);
      assert.doesNotMatch(refused.text, /ada|grace/);
    });

    it('users that are plain names, and numbers', async () => {
      await open({ users: ['7'], user: (request: IncomingMessage) => Number(request.headers['x-id']) });
      assert.equal((await get('status', { 'X-Id': '7' })).status, 200);
      assert.equal((await get('status', { 'X-Id': '8' })).status, 403);
    });

    it('whom authorize() allows with a plain true', async () => {
      for (const [answer, status] of [
        [() => true, 200],
        [() => Promise.resolve(true), 200],
        [() => false, 403],
        [() => 'yes', 403],
        [() => Promise.reject(new Error('no database')), 403],
        [
          () => {
            throw new Error('no database');
          },
          403,
        ],
      ] as const) {
        await open({ authorize: answer as () => boolean });
        const answered = await get('status.json');
        assert.equal(answered.status, status, String(answer));
        assert.doesNotMatch(answered.text, /database/);
        server.closeAllConnections();
        server.close();
      }
      await open();
    });

    it('nobody when it cannot be told who it is', async () => {
      await open({
        users: ['ada', 'undefined', ''],
        user: () => {
          throw new Error('no session');
        },
      });
      assert.equal((await get('status')).status, 401);
    });

    it('nobody but with options that are right', () => {
      for (const options of [
        { users: 'ada' },
        { users: [7] },
        { user: 'ada' },
        { authorize: true },
        { usernameField: 7 },
        { path: 'ox' },
        { path: '/ox/' },
        { path: '/a b' },
        { maxCaptures: 0 },
        { who: 'ada' },
      ]) {
        assert.throws(
          () => new Pages(launcher, options as unknown as PagesOptions, { userOf }),
          (error: Error & { code?: string }) => error.code?.startsWith('ERR_PROFILER_') === true,
          JSON.stringify(options),
        );
      }
      const none = {} as unknown as SimpleLauncher;
      assert.throws(() => new Pages(none, {}, { userOf }), TypeError);
      return open();
    });
  });

  describe('show', () => {
    it('a launcher from its beginning to its end', async () => {
      await open();
      const fresh = await json<Status>('status.json');
      assert.deepEqual([fresh.state, fresh.isPaused, fresh.samples], ['new', true, 0]);
      assert.equal(codeOf(await get('functions.json')), 'ERR_PROFILER_NOT_STARTED');

      const running = JSON.parse((await change('unpause')).text) as Status;
      assert.deepEqual([running.state, running.isPaused], ['started', false]);
      assert.equal(launcher.isPaused(), false);
      burnToSamples();
      const { records, sums } = await json<FunctionsAnswer>('functions.json?filter=burn&limit=5');
      const burning = records.find(({ name }) => name === 'burn');
      assert.ok(burning !== undefined && burning.hits > 0 && burning.share > 0);
      assert.ok(burning.shareInterval.low <= burning.share);
      assert.ok(sums.samples >= burning.hits);
      const { name, url: file, line, column } = burning;
      const place = new URLSearchParams({
        ...{ name, url: file, line: String(line), column: String(column) },
      }).toString();
      const { lines } = await json<LinesAnswer>(`lines.json?${place}`);
      assert.ok(lines.length > 0 && lines.every((each) => each.line >= line));

      const faster = JSON.parse((await change('set_interval', { interval: '2.5' })).text) as Status;
      assert.equal(faster.intervalMillis.asked, 2.5);

      const paused = JSON.parse((await change('pause')).text) as Status;
      assert.equal(paused.isPaused, true);
      assert.ok(paused.sinceMillis >= running.sinceMillis);
      const emptied = JSON.parse((await change('reset')).text) as Status;
      assert.notEqual(emptied.epoch, paused.epoch);
      assert.equal((await json<FunctionsAnswer>('functions.json')).sums.samples, 0);

      launcher.cancel();
      assert.equal((await json<Status>('status.json')).state, 'cancelled');
      assert.equal(codeOf(await get('stats.json')), 'ERR_PROFILER_CANCELLED');
      assert.equal((await change('unpause')).status, 409);
      assert.equal((await get('status')).status, 200);
    });

    it('each page, with its JSON for who prefers that', async () => {
      launcher.start();
      await open();
      for (const page of ['', 'index', 'status', 'flamegraph', 'stalls', 'stats']) {
        const answered = await get(page);
        assert.equal(answered.status, 200);
        assert.match(answered.headers['content-type'] ?? '', /^text\/html/);
        if (page === '') continue;
        const twin = await get(page, { ...asAda, Accept: 'application/json' });
        assert.match(twin.headers['content-type'] ?? '', /^application\/json/);
        JSON.parse(twin.text);
      }
      const bare = await ask(url, { headers: asAda });
      assert.equal(new URL(bare.headers.location ?? '', url).pathname, '/ox_profile/');
      assert.equal((await get('nothing')).status, 404);
      assert.equal((await get('show_req_times.json')).status, 404);
    });

    it('stalls, and what threads do now', async () => {
      launcher.start();
      launcher.unpause();
      await open();
      const isOfBurn = ({ hottestStack }: { hottestStack: readonly Frame[] }): boolean =>
        hottestStack.some(({ name }) => name === 'burn');
      burnUntil(() => launcher.stalls().some(isOfBurn));
      const { stalls, count, now } = await json<StallsAnswer>('stalls.json');
      assert.ok(count >= 1);
      const stall = stalls.find(isOfBurn);
      assert.ok(stall?.thread === 0, JSON.stringify(stalls));
      assert.ok(stall.durationMillis >= 200, JSON.stringify(stall));
      assert.ok(now.some(({ id }) => id === 0));
      assert.ok(now.every(({ name }) => name !== 'ox-profile agent'));
    });

    it('nothing of the thread that answers among the threads', async () => {
      launcher.start();
      launcher.unpause();
      await open();
      await json<FunctionsAnswer>('functions.json');
      const profile = launcher.profile();
      assert.deepEqual(
        profile.threads.map(({ id }) => id),
        [0],
      );
    });

    it('whom it is for that nobody frames it or reads it from elsewhere', async () => {
      await open();
      for (const path of ['status', 'status.json', 'nothing', 'assets/page.css', 'events']) {
        const { headers } = await ask(`${url}/${path}`, { method: 'HEAD', headers: asAda });
        const policy = headers['content-security-policy'];
        assert.ok(typeof policy === 'string', path);
        assert.ok(policy.includes("frame-ancestors 'none'"), path);
        assert.doesNotMatch(policy, /unsafe/);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['x-frame-options'], 'DENY');
        if (!path.startsWith('assets/')) assert.match(headers['cache-control'] ?? '', /no-store/);
      }
    });

    it('seconds as they come, to everybody who listens', async () => {
      launcher.start();
      launcher.unpause();
      await open();
      const response = await fetch(`${url}/events`, { headers: asAda });
      assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let text = '';
      const ticks = (): Tick[] =>
        [...text.matchAll(/^id: \d+\nevent: tick\ndata: (.*)\n\n/gm)].map(
          ([, data]) => JSON.parse(data as string) as Tick,
        );
      while (ticks().flatMap(({ seconds }) => seconds).length < 3) {
        burn(50);
        const { value, done } = await reader.read();
        assert.ok(!done);
        text += Buffer.from(value).toString();
      }
      const seconds = ticks().flatMap((tick) => tick.seconds);
      const times = seconds.map(({ atMillis }) => atMillis);
      assert.deepEqual(times, [...new Set(times)].toSorted((a, b) => a - b), 'each once, in order');
      await reader.cancel();

      const second = seconds[1]!;
      const [from, to] = [second.atMillis, second.atMillis + second.durationMillis];
      const { span, sums } = await json<FunctionsAnswer>(
        `functions.json?from=${String(from)}&to=${String(to)}`,
      );
      assert.deepEqual(span, { fromMillis: from, toMillis: to });
      assert.equal(sums.samples, second.samples);
      assert.equal((await get('functions.json?from=1&to=2')).status, 404);
    });
  });

  it('know seconds up to a pause, and from its end on', async () => {
    launcher.start();
    await open();
    await get('status.json');
    const ticksOf = async (count: number): Promise<Tick[]> => {
      const response = await fetch(`${url}/events`, { headers: asAda });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let text = '';
      const ticks = (): string[] => [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data]) => data!);
      while (ticks().length < count) {
        text += Buffer.from((await reader.read()).value ?? []).toString();
      }
      await reader.cancel();
      return ticks().map((data) => JSON.parse(data) as Tick);
    };
    const secondsOf = async (): Promise<Tick['seconds']> => (await ticksOf(1))[0]!.seconds;
    const began = performance.now();
    let paused = 0;
    let samples = 0;
    for (let round = 0; round < 2; round++) {
      launcher.unpause();
      const least = samples + 50;
      burnUntil(() => launcher.query({ maxRecords: 0 }).samples >= least);
      launcher.pause();
      ({ samples } = launcher.query({ maxRecords: 0 }));
      const known = async (): Promise<number> =>
        (await secondsOf()).reduce((sum, second) => sum + second.samples, 0);
      await until(async () => (await known()) >= samples, 100);
      // So long at least there is a pause.
      const knownAt = performance.now();
      await ticksOf(2);
      assert.equal(await known(), samples);
      paused += performance.now() - knownAt;
    }
    const lasted = (await secondsOf()).reduce((sum, { durationMillis }) => sum + durationMillis, 0);
    const most = performance.now() - began - paused;
    // Both ends of a second are whole milliseconds.
    assert.ok(lasted <= most + 4, `${String(lasted)} ms of ${String(most)}`);
  });

  describe('give files', () => {
    const formats = [
      ...['pprof', 'cpuprofile', 'collapsed', 'speedscope', 'html', 'markdown', 'text', 'csv'],
      'json',
    ];

    it('in every format, as downloads', async () => {
      launcher.start();
      launcher.unpause();
      burnToSamples();
      await open();
      for (const format of formats) {
        const { status, headers, body } = await get(`profile?format=${format}`);
        assert.equal(status, 200, format);
        assert.match(headers['content-disposition'] ?? '', /^attachment; filename="profile-[\dTZ-]+\.\w+/);
        assert.ok(body.length > 50);
      }
      const { body } = await get('profile?format=pprof&thread=0');
      assert.ok((await Profile.read(body)).sums.samples > 0);
      assert.equal((await get('profile?thread=77')).status, 404);
    });

    it('of the next seconds alone, without an end to what runs', async () => {
      launcher.start();
      launcher.unpause();
      burnToSamples();
      // Its last sample has left V8's queue when one that was taken later is counted.
      const isCounted = (): boolean => launcher.query({ filter: /^burnOtherwise$/ }).records.length > 0;
      for (let i = 0; i < 1000 && !isCounted(); i++) burnOtherwise(20);
      assert.ok(isCounted());
      await open();
      const capture = get('debug/pprof/profile?seconds=1');
      const timer = setInterval(() => burnOtherwise(20), 25);
      const { status, body } = await capture;
      clearInterval(timer);
      assert.equal(status, 200);
      const functions = (await Profile.read(body)).topFunctions();
      const hitsOf = (wanted: string): number => functions.find(({ name }) => name === wanted)?.hits ?? 0;
      assert.ok(hitsOf('burnOtherwise') > 1);
      assert.equal(hitsOf('burn'), 0);
      assert.equal(launcher.isPaused(), false);
      launcher.pause();
      assert.equal(codeOf(await get('profile?seconds=1')), 'ERR_PROFILER_PAUSED');
    });

    it('of the next seconds with their own time and interval', async () => {
      launcher.start();
      launcher.unpause();
      burnToSamples();
      await open();
      const asked = Date.now();
      const capture = get('profile?seconds=1&format=json');
      const timer = setInterval(() => burn(20), 25);
      const profile = await Profile.read((await capture).body);
      clearInterval(timer);
      assert.ok(profile.startMillis >= asked, `${String(profile.startMillis - asked)} ms`);
      assert.ok((profile.realInterval?.count ?? 0) <= profile.sums.samples + 1);
    });

    it('of the next seconds to nobody who left while it was asked who it is', async () => {
      launcher.start();
      launcher.unpause();
      const gate: { open?: (isOpen: boolean) => void } = {};
      let closed = 0;
      await open({
        maxCaptures: 1,
        authorize: (request: IncomingMessage) =>
          request.headers['x-slow'] === undefined ||
          new Promise<boolean>((resolve) => {
            gate.open = resolve;
          }),
      });
      const gone = new AbortController();
      server.on('request', (_request, response) => response.on('close', () => closed++));
      const first = fetch(`${url}/profile?seconds=300`, {
        headers: { ...asAda, 'X-Slow': '1' },
        signal: gone.signal,
      });
      await until(() => gate.open !== undefined);
      gone.abort();
      await assert.rejects(first);
      await until(() => closed === 1);
      gate.open?.(true);
      await until(async () => (await get('profile?seconds=1')).status === 200);
    });

    it('of the next seconds to no more at a time than may, and to nobody who left', async () => {
      launcher.start();
      launcher.unpause();
      await open({ users: ['ada'], maxCaptures: 2 });
      const gone = new AbortController();
      const long = `${url}/profile?seconds=300`;
      const first = fetch(long, { headers: asAda, signal: gone.signal });
      const second = fetch(long, { headers: asAda, signal: gone.signal });
      await Promise.all([first, second].map((each) => Promise.race([each, turns(3)])));
      await until(async () => (await get('profile?seconds=1')).status === 429);
      const many = await get('profile?seconds=1');
      assert.equal(many.status, 429);
      assert.ok(many.headers['retry-after'] !== undefined);
      gone.abort();
      await Promise.allSettled([first, second]);
      await until(async () => (await get('profile?seconds=1')).status === 200);
    });
  });

  it('lead nobody of another site to work that they do', async () => {
    launcher.start();
    await open();
    const from = (path: string, mode: string, dest: string): Promise<Answered> =>
      get(path, {
        ...asAda,
        'Sec-Fetch-Site': 'cross-site',
        'Sec-Fetch-Mode': mode,
        'Sec-Fetch-Dest': dest,
      });
    assert.equal((await from('status', 'navigate', 'document')).status, 200);
    for (const path of ['profile?seconds=300', 'events', 'status.json', 'flamegraph.json']) {
      assert.equal(codeOf(await from(path, 'no-cors', 'image')), 'ERR_PROFILER_FORGED_REQUEST');
    }
    assert.equal((await from('status', 'navigate', 'iframe')).status, 403);
  });

  it('refuse parameters that are not what they should be', async () => {
    launcher.start();
    await open();
    for (const query of [
      'functions.json?limit=-1',
      'functions.json?limit=1.5',
      'functions.json?limit=1e3',
      'functions.json?limit=NaN',
      'functions.json?limit=',
      'functions.json?limit=99999999999999999999999',
      'functions.json?limit=1&limit=2',
      'functions.json?sort=up',
      'functions.json?filter=%ff',
      `functions.json?filter=${'a'.repeat(201)}`,
      `functions.json?x=${'a'.repeat(5000)}`,
      'functions.json?from=1',
      'functions.json?from=2&to=1',
      'functions.json?thread=main',
      'profile?format=exe',
      'profile?seconds=0',
      'profile?seconds=-5',
      'profile?seconds=301',
      'profile?seconds=NaN',
      'profile?seconds=1&from=1&to=2',
      'debug/pprof/profile?seconds=Infinity',
      'show_req_times?as_csv=yes',
    ]) {
      const answered = await get(query);
      assert.equal(answered.status, 400, `${query}: ${answered.text}`);
      assert.equal(codeOf(answered), 'ERR_PROFILER_INVALID_REQUEST');
    }
    for (const interval of ['', '0', '-1', 'NaN', '1e3', 'Infinity', '10001', '0.01']) {
      const answered = await change('set_interval', { interval });
      assert.equal(answered.status, 400, interval);
    }
    assert.equal((await change('set_interval')).status, 400);
    assert.equal(launcher.isPaused(), true);
  });

  it('take a filter for what it is, and no regular expression', async () => {
    launcher.start();
    launcher.unpause();
    await open();
    burnToSamples();
    const evil = encodeURIComponent('(a+)+$');
    const answer = await json<FunctionsAnswer>(`functions.json?filter=${evil}`);
    assert.deepEqual(answer.records, []);
    const upper = await json<FunctionsAnswer>('functions.json?filter=BURN');
    assert.ok(upper.records.some(({ name }) => name === 'burn'));
  });

  describe('change nothing', () => {
    const refused = async (answered: Answered): Promise<void> => {
      assert.equal(answered.status, 403, answered.text);
      assert.equal(launcher.isAlive(), false);
      assert.equal((await json<Status>('status.json')).state, 'new');
    };

    it('by GET: they ask first', async () => {
      await open();
      for (const name of ['pause', 'unpause', 'reset', 'set_interval']) {
        const answered = await get(name);
        assert.equal(answered.status, 200);
        assert.equal([...answered.text.matchAll(/<button/g)].length, 1);
      }
      assert.equal(launcher.isAlive(), false);
      const page = await get('unpause');
      const made = await post(`${url}/unpause`, { token: tokenOf(page) }, asAda);
      assert.equal(made.status, 303);
      assert.equal(new URL(made.headers.location ?? '', `${url}/unpause`).pathname, '/ox_profile/status');
      assert.equal(launcher.isPaused(), false);
    });

    it('without the token, or with that of another user', async () => {
      await open({ users: ['ada', 'eve'] });
      await refused(await post(`${url}/unpause`, {}, asAda));
      const token = tokenOf(await get('pause', { 'X-User': 'eve' }));
      await refused(await post(`${url}/unpause`, { token }, asAda));
      await refused(await post(`${url}/unpause`, { token: `${token}x` }, { 'X-User': 'eve' }));
    });

    it('for a page of elsewhere, even with the token', async () => {
      await open();
      const token = tokenOf(await get('pause'));
      const from = (headers: Record<string, string>): Promise<Answered> =>
        post(`${url}/unpause`, { token }, { ...asAda, ...headers });
      await refused(await from({ Origin: 'http://evil.example' }));
      await refused(await from({ Origin: 'null' }));
      await refused(await from({ 'Sec-Fetch-Site': 'cross-site' }));
      await refused(await from({ 'Sec-Fetch-Site': 'same-site' }));
      const own = await from({ 'Sec-Fetch-Site': 'same-origin', Origin: 'http://behind.a.proxy' });
      assert.equal(own.status, 303);
    });

    it('by other methods, types and bodies', async () => {
      await open();
      const token = tokenOf(await get('pause'));
      const send = (method: string, type: string, body: string | Buffer): Promise<Answered> =>
        ask(`${url}/unpause`, { method, headers: { ...asAda, 'Content-Type': type }, body });
      const form = 'application/x-www-form-urlencoded';
      assert.equal((await send('PUT', form, `token=${token}`)).status, 405);
      assert.equal((await send('DELETE', form, '')).status, 405);
      assert.equal((await send('POST', 'text/plain', `token=${token}`)).status, 415);
      assert.equal((await send('POST', form, Buffer.from([0x74, 0xff]))).status, 400);
      assert.equal((await send('POST', form, `token=${token}&token=${token}`)).status, 400);
      assert.equal((await send('POST', form, 'x'.repeat(10_000))).status, 413);
      assert.equal((await ask(`${url}/status`, { method: 'POST', headers: asAda })).status, 405);
      assert.equal(launcher.isAlive(), false);
    });
  });
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
