import { request as send, type IncomingHttpHeaders } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** A request as it is, without what `fetch` makes of it: no redirects are followed,
 * any header goes, `Host` too. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // `URL` would put the path in order.
    const path = url.slice(url.indexOf('/', 'http://'.length));
    const request = send({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        const { statusCode = 0, headers: received } = response;
        resolve({ status: statusCode, headers: received, body: all, text: all.toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The code of a refusal. */
export function codeOf({ text }: Answered): string {
  return (JSON.parse(text) as { error: { code: string } }).error.code;
}

/** What a page gives its forms. */
export function tokenOf({ text }: Answered): string {
  const token = /name="(?:ox-profile-)?token" (?:content|value)="([^"]+)"/.exec(text)?.[1];
  if (token === undefined) throw new Error(`Expected a page with a token but received ${text}`);
  return token;
}

/** A form, sent as a browser does that says nothing of where it comes from. */
export function post(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return ask(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}
