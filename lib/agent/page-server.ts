import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ProfilerError } from '../errors';
import type { RequestTimesAnswer } from '../web/api';
import type { Controls, Desk } from '../web/desk';
import { RequestRefusal } from '../web/refusal';
import { JSON_TYPE, send } from '../web/respond';
import { Site } from '../web/site';
import { TokenAccess } from '../web/token-access';
import type { ServerOptions } from './messages';

export interface PageServerParts extends ServerOptions {
  readonly desk: Desk;
  readonly controls: Controls;
  readonly requestTimes: () => RequestTimesAnswer | undefined;
}

const MAX_CAPTURES = 4;
const MAX_STREAMS = 20;
const MAX_CONNECTIONS = 200;
/** For its headers, and for a whole request. */
const REQUEST_MILLIS = 10_000;

/** The pages of a launcher on an address of their own. */
export class PageServer {
  readonly #parts: PageServerParts;
  readonly #site: Site;
  readonly #server: Server;
  #hosts: ReadonlySet<string> = new Set();

  constructor(parts: PageServerParts) {
    this.#parts = parts;
    this.#site = new Site({
      ...parts,
      access: new TokenAccess(parts.token),
      maxCaptures: MAX_CAPTURES,
      maxStreams: MAX_STREAMS,
      isBeside: true,
    });
    this.#server = createServer(
      { headersTimeout: REQUEST_MILLIS, requestTimeout: REQUEST_MILLIS, maxHeaderSize: 16_384 },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * @returns where it listens, with a slash at the end
   * @throws ProfilerError `ERR_PROFILER_CANNOT_LISTEN`
   */
  async listen(): Promise<string> {
    const { host, port } = this.#parts;
    await new Promise<void>((resolve, reject) => {
      this.#server.on('error', (cause: NodeJS.ErrnoException) => {
        reject(
          new ProfilerError(
            'ERR_PROFILER_CANNOT_LISTEN',
            `Expected to listen at ${host}, port ${String(port)}, but the system refused: ` +
              cause.message,
          ),
        );
      });
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address() as AddressInfo;
    const names = [host, address.address, 'localhost', '127.0.0.1', '::1'];
    this.#hosts = new Set(names.map((name) => inUrl(name).toLowerCase()));
    return `http://${inUrl(host)}:${String(address.port)}/`;
  }

  async close(): Promise<void> {
    this.#site.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      send(response, refusal.status, JSON_TYPE, `${JSON.stringify(refusal.body)}\n`);
      return;
    }
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    void this.#site.handle({
      request,
      response,
      subject: request,
      base: '',
      path: mark < 0 ? url : url.slice(0, mark),
      search: mark < 0 ? '' : url.slice(mark + 1),
    });
  }

  /** A page of elsewhere whose name was made to point here (DNS rebinding) is sent
   * by the browser with that name. The port may be that of a tunnel. Who has a token
   * may come by any name. */
  #refusalOf({ headers, url = '' }: IncomingMessage): RequestRefusal | undefined {
    const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
    const isKnown = this.#hosts.has(host) || (this.#parts.token !== undefined && host !== '');
    if (isKnown && url.startsWith('/')) return undefined;
    return new RequestRefusal(
      421,
      'ERR_PROFILER_FORGED_REQUEST',
      `Expected a request for ${[...this.#hosts].join(' or ')} but received one for another host`,
    );
  }
}

/** An address of IPv6 stands in brackets there. */
function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
