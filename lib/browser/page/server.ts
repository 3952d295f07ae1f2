import type { Refusal, Status } from '../../web/api';

/** An answer that says no, in words for the reader. */
export class RefusedError extends Error {
  readonly status: number;
  /** As the package's errors have it; '' where something else answered. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
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

let isShutOut = false;
let tellShutOut: () => void = () => undefined;

/** Whether the server no longer lets this reader in: asking again is of no use. */
export function isLoggedOut(): boolean {
  return isShutOut;
}

/** @param tell called once, when it is known first */
export function onLoggedOut(tell: () => void): void {
  tellShutOut = tell;
}

/** @throws RefusedError, or what `fetch()` does without an answer */
export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(address, {
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    cache: 'no-store',
    ...(signal === undefined ? {} : { signal }),
  });
  if ((response.status === 401 || response.status === 403) && !isShutOut) {
    isShutOut = true;
    tellShutOut();
  }
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
  let code = '';
  try {
    const { error } = (await response.json()) as Partial<Refusal>;
    if (typeof error?.message === 'string') message = error.message;
    if (typeof error?.code === 'string') code = error.code;
  } catch {
    // What stands between may answer in its own words.
  }
  throw new RefusedError(response.status, code, message);
}
