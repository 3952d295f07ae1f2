import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FormatName } from '../export';
import { csvOf } from './request-times';
import type { Access, Visitor } from './access';
import type { RequestTimesAnswer, Selection, Status } from './api';
import { formOf } from './body';
import { Captures } from './captures';
import { ChangeTokens, isSameOrigin } from './change-token';
import type { Controls, Desk } from './desk';
import type { Exchange } from './exchange';
import { Parameters } from './parameters';
import { invalid, refusalOf, RequestRefusal } from './refusal';
import { HTML_TYPE, JSON_TYPE, send } from './respond';
import {
  assetNamed,
  confirmPage,
  messagePage,
  shellOf,
  type Change,
  type View,
} from './shell';
import { Streams } from './streams';

export interface SiteParts {
  readonly desk: Desk;
  readonly controls: Controls;
  readonly access: Access;
  /** undefined where none are measured. */
  readonly requestTimes: () => RequestTimesAnswer | undefined;
  readonly maxCaptures: number;
  readonly maxStreams: number;
  /** Whether it is served beside the application. */
  readonly isBeside: boolean;
}

type Answer = (exchange: Exchange, visitor: Visitor) => Promise<void> | void;

const views: readonly View[] = [
  'index',
  'status',
  'flamegraph',
  'stalls',
  'stats',
  'show_req_times',
];
const changes: readonly Change[] = ['pause', 'unpause', 'set_interval', 'reset'];

/** Formats, what follows the dot in the name of their files, and their types. */
const files: Readonly<Record<FormatName, readonly [ending: string, type: string]>> = {
  pprof: ['pb.gz', 'application/octet-stream'],
  cpuprofile: ['cpuprofile', 'application/octet-stream'],
  collapsed: ['folded', 'text/plain; charset=utf-8'],
  speedscope: ['speedscope.json', 'application/json; charset=utf-8'],
  html: ['html', HTML_TYPE],
  markdown: ['md', 'text/markdown; charset=utf-8'],
  text: ['txt', 'text/plain; charset=utf-8'],
  csv: ['csv', 'text/csv; charset=utf-8'],
  json: ['json', JSON_TYPE],
};

const SECONDS = { min: 1, max: 300, unit: 'seconds' };
/** As Go's net/http/pprof has it. */
const GO_SECONDS = 30;
const INTERVAL = { min: 0.1, max: 10_000, unit: 'milliseconds' };
const TIME = { min: 0, max: 8.64e15, unit: 'milliseconds since 1970' };
const THREAD = { min: -1, max: Number.MAX_SAFE_INTEGER, unit: '' };
const LIMIT = { min: 0, max: 10_000, unit: '' };
const LARGE_BYTES = 256 * 1024;
const MOST_LARGE = 16;
const LONGEST_FILTER = 200;
const LONGEST_NAME = 2000;

/** The pages of a launcher, whoever serves them. */
export class Site {
  readonly #parts: SiteParts;
  readonly #tokens = new ChangeTokens();
  readonly #captures: Captures;
  readonly #streams: Streams;
  #large = 0;
  readonly #answers: ReadonlyMap<string, Answer>;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    this.#captures = new Captures(parts.maxCaptures);
    this.#streams = new Streams(parts.desk, parts.maxStreams);
    this.#answers = this.#routes();
  }

  /** Answers. Never rejects. */
  async handle(exchange: Exchange): Promise<void> {
    // Else one that goes away in the middle ends the process.
    exchange.response.on('error', () => undefined);
    try {
      await this.#answer(exchange);
    } catch (error) {
      this.#refuse(exchange, refusalOf(error));
    }
  }

  /** Ends what is open for long. */
  close(): void {
    this.#streams.close();
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { path, request, response } = exchange;
    const name = path.replace(/^\//, '');
    if (name.startsWith('assets/')) {
      expectMethod(exchange, 'GET', 'HEAD');
      sendAsset(exchange, name.slice('assets/'.length));
      return;
    }
    expectNoOtherSite(exchange.request);
    const visitor = await this.#parts.access.admit(exchange);
    if (path === '') {
      // Links of a page are beside its path: it has to end with a slash.
      const mount = exchange.base.split('/').at(-1) ?? '';
      send(response, 308, HTML_TYPE, '', { Location: `./${mount}/` });
      return;
    }
    const answer = this.#answers.get(name);
    if (answer === undefined) {
      throw new RequestRefusal(
        404,
        'ERR_PROFILER_NO_SUCH_PAGE',
        'Expected a page of the profiler but there is none of that name',
      );
    }
    const isChange = (changes as readonly string[]).includes(name);
    if (isChange && request.method === 'POST') {
      await this.#change(name as Change, exchange, visitor);
      return;
    }
    expectMethod(exchange, 'GET', 'HEAD', ...(isChange ? ['POST'] : []));
    await answer(exchange, visitor);
  }

  #routes(): Map<string, Answer> {
    const { desk } = this.#parts;
    const routes = new Map<string, Answer>();
    for (const view of views) routes.set(view, (...of) => this.#page(view, ...of));
    routes.set('', (...of) => this.#page('index', ...of));
    for (const change of changes) routes.set(change, (...of) => this.#confirm(change, ...of));

    const json = (name: string, ask: (query: Parameters) => Promise<Uint8Array>): void => {
      routes.set(name, async ({ response, search }) => {
        this.#send(response, JSON_TYPE, await ask(Parameters.parse(search)));
      });
    };
    json('status.json', () => desk.status());
    json('index.json', () => desk.status());
    json('functions.json', (query) =>
      desk.functions({
        ...selectionOf(query),
        sort: query.oneOf('sort', ['total', 'self']) ?? 'total',
        filter: query.text('filter', LONGEST_FILTER) ?? '',
        hideInternals: query.oneOf('internals', ['show', 'hide']) === 'hide',
        limit: query.whole('limit', LIMIT) ?? 100,
      }),
    );
    json('lines.json', (query) =>
      desk.lines({
        ...selectionOf(query),
        name: query.text('name', LONGEST_NAME) ?? '',
        url: query.text('url', LONGEST_NAME) ?? '',
        line: query.whole('line', { min: 0, max: 2 ** 31 - 1, unit: '' }) ?? 0,
        column: query.whole('column', { min: 0, max: 2 ** 31 - 1, unit: '' }) ?? 0,
      }),
    );
    json('flamegraph.json', (query) => desk.flameGraph(selectionOf(query)));
    json('stalls.json', () => desk.stalls());
    json('stats.json', () => desk.stats());
    json('show_req_times.json', () =>
      Promise.resolve(Buffer.from(JSON.stringify(this.#requestTimes()))),
    );
    routes.set('events', ({ request, response }) => this.#streams.open(request, response));
    routes.set('profile', (exchange) => this.#file(exchange));
    routes.set('debug/pprof/profile', (exchange) => this.#goProfile(exchange));
    return routes;
  }

  async #page(view: View, exchange: Exchange, { user, key }: Visitor): Promise<void> {
    const { response, request, search } = exchange;
    if (view === 'show_req_times') {
      const query = Parameters.parse(search);
      if (query.oneOf('as_csv', ['0', '1']) === '1') {
        send(response, 200, 'text/csv; charset=utf-8', csvOf(this.#requestTimes()), {
          'Content-Disposition': 'attachment; filename="request-times.csv"',
        });
        return;
      }
    }
    if (prefersJson(request.headers.accept)) {
      const twin = this.#answers.get(`${view}.json`);
      await twin?.(exchange, { user, key });
      return;
    }
    const page = shellOf({
      view,
      token: this.#tokens.of(key),
      user,
      isBeside: this.#parts.isBeside,
      hasRequestTimes: this.#parts.requestTimes() !== undefined,
    });
    send(response, 200, HTML_TYPE, page);
  }

  async #confirm(change: Change, { response }: Exchange, { key }: Visitor): Promise<void> {
    const status = JSON.parse(Buffer.from(await this.#parts.desk.status()).toString()) as Status;
    const page = confirmPage({
      change,
      token: this.#tokens.of(key),
      intervalMillis: status.intervalMillis.asked,
    });
    send(response, 200, HTML_TYPE, page);
  }

  /** Sends what may be large: of that not more at a time than may be kept for those
   * who read slowly. */
  #send(response: ServerResponse, type: string, bytes: Uint8Array, headers = {}): void {
    if (bytes.byteLength > LARGE_BYTES) {
      if (this.#large >= MOST_LARGE) {
        throw new RequestRefusal(
          429,
          'ERR_PROFILER_BUSY',
          `Expected at most ${String(MOST_LARGE)} large answers at a time but this is one more`,
          { 'Retry-After': '5' },
        );
      }
      this.#large++;
      response.once('close', () => this.#large--);
    }
    send(response, 200, type, bytes, headers);
  }

  async #change(change: Change, exchange: Exchange, { key }: Visitor): Promise<void> {
    const { request, response } = exchange;
    const form = await formOf(exchange);
    const header = request.headers['x-ox-profile-token'];
    const token = typeof header === 'string' ? header : form.text('token', 200);
    if (!isSameOrigin(request) || !this.#tokens.isGood(token, key)) {
      throw new RequestRefusal(
        403,
        'ERR_PROFILER_FORGED_REQUEST',
        'Expected a request of a page of the profiler, with its token, but this is none: ' +
          'load the page again',
      );
    }
    await this.#make(change, form);
    if (prefersJson(request.headers.accept)) {
      send(response, 200, JSON_TYPE, await this.#parts.desk.status());
    } else {
      // Beside the path of the change: who knows what a proxy calls it.
      send(response, 303, HTML_TYPE, '', { Location: './status' });
    }
  }

  #make(change: Change, form: Parameters): Promise<void> {
    const { controls } = this.#parts;
    switch (change) {
      case 'pause':
        return controls.pause();
      case 'unpause':
        return controls.unpause();
      case 'reset':
        return controls.reset();
      case 'set_interval': {
        const millis = form.number('interval', INTERVAL);
        if (millis === undefined) {
          throw invalid('Expected interval, in milliseconds from 0.1 to 10000, but received none');
        }
        return controls.setInterval(millis);
      }
    }
  }

  async #file({ response, search }: Exchange): Promise<void> {
    const query = Parameters.parse(search);
    const format = query.oneOf('format', Object.keys(files) as FormatName[]) ?? 'pprof';
    const seconds = query.number('seconds', SECONDS);
    const selection = selectionOf(query);
    const { desk } = this.#parts;
    if (seconds !== undefined && selection.fromMillis !== undefined) {
      throw invalid('Expected seconds to come, or a span that was, but received both');
    }
    const bytes =
      seconds === undefined
        ? await desk.file({ ...selection, format })
        : await this.#captures.run(response, (signal) =>
            desk.capture({ format, seconds, thread: selection.thread }, signal),
          );
    if (bytes !== undefined) this.#sendFile(response, format, bytes);
  }

  async #goProfile({ response, search }: Exchange): Promise<void> {
    const query = Parameters.parse(search);
    const seconds = query.number('seconds', SECONDS) ?? GO_SECONDS;
    const bytes = await this.#captures.run(response, (signal) =>
      this.#parts.desk.capture({ format: 'pprof', seconds }, signal),
    );
    if (bytes !== undefined) this.#sendFile(response, 'pprof', bytes);
  }

  #sendFile(response: ServerResponse, format: FormatName, bytes: Uint8Array): void {
    const [ending, type] = files[format];
    const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z').replaceAll(':', '-');
    this.#send(response, type, bytes, {
      'Content-Disposition': `attachment; filename="profile-${time}.${ending}"`,
    });
  }

  #requestTimes(): RequestTimesAnswer {
    const answer = this.#parts.requestTimes();
    if (answer !== undefined) return answer;
    throw new RequestRefusal(
      404,
      'ERR_PROFILER_NO_SUCH_PAGE',
      'Expected request times but none are measured: no adapter of this package sees the requests',
    );
  }

  #refuse({ request, response, base, path }: Exchange, refusal: RequestRefusal): void {
    const { status, headers, message } = refusal;
    // In the middle of an answer there is no other way to say that it is not whole.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const isForPeople = /\btext\/html\b/.test(request.headers.accept ?? '') && !path.includes('.json');
    if (isForPeople) {
      const page = messagePage(titleOf(status), message, base);
      send(response, status, HTML_TYPE, page, headers);
    } else {
      send(response, status, JSON_TYPE, `${JSON.stringify(refusal.body)}\n`, headers);
    }
  }
}

function titleOf(status: number): string {
  switch (status) {
    case 401:
      return 'Nobody is logged in';
    case 403:
      return 'Not allowed';
    case 404:
      return 'Not found';
    case 429:
    case 503:
      return 'Busy';
    default:
      return status < 500 ? 'Not understood' : 'Something went wrong';
  }
}

/**
 * A page of elsewhere may lead here, and do no more: what it embeds would be asked
 * for in the name of whoever looks at it (Fetch Metadata,
 * https://www.w3.org/TR/fetch-metadata/).
 *
 * @throws RequestRefusal
 */
function expectNoOtherSite({ headers, method }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return;
  const isLink =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (isLink && (method === 'GET' || method === 'HEAD')) return;
  throw new RequestRefusal(
    403,
    'ERR_PROFILER_FORGED_REQUEST',
    'Expected a request of a page of the profiler, or one that is typed, but this is of another site',
  );
}

/** @throws RequestRefusal */
function expectMethod({ request }: Exchange, ...methods: string[]): void {
  if (methods.includes(request.method ?? '')) return;
  throw new RequestRefusal(
    405,
    'ERR_PROFILER_WRONG_METHOD',
    `Expected ${methods.join(' or ')} but received another method`,
    { Allow: methods.join(', ') },
  );
}

/** @throws RequestRefusal */
function selectionOf(query: Parameters): Selection {
  const fromMillis = query.number('from', TIME);
  const toMillis = query.number('to', TIME);
  const thread = query.whole('thread', THREAD);
  if ((fromMillis === undefined) !== (toMillis === undefined)) {
    throw invalid('Expected both from and to, or none of them, but received one');
  }
  if (fromMillis !== undefined && toMillis !== undefined && fromMillis > toMillis) {
    throw invalid('Expected from to be no later than to but it is');
  }
  return { fromMillis, toMillis, thread };
}

/** Who wants JSON says so; browsers want anything at last. */
function prefersJson(accept = ''): boolean {
  return /\bapplication\/json\b/.test(accept) && !/\btext\/html\b/.test(accept);
}

function sendAsset({ request, response }: Exchange, name: string): void {
  const asset = assetNamed(name);
  if (asset === undefined) {
    throw new RequestRefusal(
      404,
      'ERR_PROFILER_NO_SUCH_PAGE',
      'Expected a file of the page but there is none of that name',
    );
  }
  // It may be kept, and asked after each time: it is another after an upgrade.
  const headers = { ETag: asset.etag, 'Cache-Control': 'no-cache' };
  if (request.headers['if-none-match'] === asset.etag) {
    send(response, 304, asset.type, '', headers);
  } else {
    send(response, 200, asset.type, asset.bytes, headers);
  }
}
