import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server on a port of its own. `await using` closes it, and all connections. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

export async function serve(
  listener: (...asked: Parameters<RequestListener>) => unknown,
): Promise<TestServer> {
  const server = createServer((request, response) => void listener(request, response));
  // A test that counts connections may stand still for longer than one is kept.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks for `url` as it stands: nothing is followed, added or made simpler. */
export async function ask(url: string, options: RequestOptions = {}, body?: string): Promise<Answer> {
  const { origin } = new URL(url);
  const asked = request(origin, { path: url.slice(origin.length), ...options }).end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers } = response;
  return { status, headers, body: await text(response) };
}

/** Asks, and goes away once `begun` is kept. */
export async function askAndGo(url: string, begun: Promise<unknown>): Promise<void> {
  const asked = request(url).on('error', () => {}).end();
  await begun;
  asked.destroy();
}

/** Waits until `isSo`, and fails after a long time. */
export async function until(isSo: () => boolean | Promise<boolean>, pauseMillis = 5): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited for a minute in vain: ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMillis));
  }
}
