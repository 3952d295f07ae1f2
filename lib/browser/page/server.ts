import type { Refusal, Status } from '../../web/api';

/** An answer that says no, in words for the reader. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="ox-profile-${name}"]`)?.content ?? '';
}

/** Where the pages are mounted, without a slash at its end, as this browser knows it:
 * all pages are right below. */
export const base = location.pathname.replace(/\/[^/]*$/, '');

let token = meta('token');

/** Values for a query; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** The address of a page, of data or of a download. */
export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${base}/${path}${search === '' ? '' : `?${search}`}`;
}

/** @throws RefusedError, or what `fetch()` does without an answer */
export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(address, {
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    cache: 'no-store',
    ...(signal === undefined ? {} : { signal }),
  });
  return answerOf<T>(response);
}

/** Asks for a change. After a restart of the server its token is another: that is
 * looked up once. */
export async function post(change: string, fields: Readonly<Record<string, string>> = {}): Promise<Status> {
  const first = await send(change, fields);
  if (first.status !== 403 || !(await renewToken())) return answerOf<Status>(first);
  return answerOf<Status>(await send(change, fields));
}

function send(change: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(addressOf(change), {
    method: 'POST',
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    body: new URLSearchParams({ ...fields, token }),
  });
}

/** @returns whether there is a new one */
async function renewToken(): Promise<boolean> {
  const response = await fetch(`${base}/`, { headers: { accept: 'text/html' }, cache: 'no-store' });
  const found = /<meta name="ox-profile-token" content="([^"&]+)">/.exec(await response.text())?.[1];
  if (!response.ok || found === undefined || found === token) return false;
  token = found;
  return true;
}

async function answerOf<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  let message = `The server answers with status ${response.status}`;
  try {
    const { error } = (await response.json()) as Partial<Refusal>;
    if (typeof error?.message === 'string') message = error.message;
  } catch {
    // What stands between may answer in its own words.
  }
  throw new RefusedError(response.status, message);
}
