import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Access, Visitor } from './access';
import { isSame } from './change-token';
import type { Exchange } from './exchange';
import { Parameters } from './parameters';
import { RequestRefusal } from './refusal';

/**
 * Who has the token: as `Authorization: Bearer`, as `?token=` (once: the answer is
 * a cookie), or as that cookie. Without a token everybody who can reach the server.
 */
export class TokenAccess implements Access {
  readonly #token: string | undefined;
  /** Several servers of one host share their cookies, so each has its own. */
  readonly #cookie = `ox-profile-${randomBytes(6).toString('hex')}`;
  /** Not the token itself: cookies are written down in more places. */
  readonly #pass = randomBytes(32).toString('base64url');

  constructor(token: string | undefined) {
    this.#token = token;
  }

  admit(exchange: Exchange): Promise<Visitor> {
    return new Promise((resolve) => {
      this.#expectToken(exchange);
      resolve({ user: undefined, key: '' });
    });
  }

  /** @throws RequestRefusal */
  #expectToken({ request, path, search }: Exchange): void {
    const token = this.#token;
    if (token === undefined) return;
    if (isGiven(search, token)) {
      if (!wantsPage(request)) return;
      // Where not everybody reads it who looks at the screen.
      const others = search.split('&').filter((pair) => !pair.startsWith('token='));
      throw new RequestRefusal(
        303,
        'ERR_PROFILER_NOT_LOGGED_IN',
        'Expected a cookie from now on',
        {
          Location: `./${path.split('/').at(-1) ?? ''}${others.length > 0 ? `?${others.join('&')}` : ''}`,
          // Lax, as the link may stand on a page of elsewhere; changes need more.
          'Set-Cookie': `${this.#cookie}=${this.#pass}; Path=/; HttpOnly; SameSite=Lax`,
        },
      );
    }
    if (this.#hasShown(request, token)) return;
    throw new RequestRefusal(
      401,
      'ERR_PROFILER_NOT_LOGGED_IN',
      'Expected the token that serve() was given but received none or another: open the ' +
        'address with ?token= once, or send it as Authorization: Bearer',
      { 'WWW-Authenticate': 'Bearer' },
    );
  }

  #hasShown(request: IncomingMessage, token: string): boolean {
    const [, bearer] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (bearer !== undefined && isSame(bearer, token)) return true;
    const cookie = cookieOf(request, this.#cookie);
    return cookie !== undefined && isSame(cookie, this.#pass);
  }
}

/** A browser that shows what it gets; a script has no place for a cookie. */
function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');
}

/** @throws RequestRefusal for a query that is none */
function isGiven(search: string, token: string): boolean {
  const given = Parameters.parse(search).text('token', 1000);
  return given !== undefined && isSame(given, token);
}

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((each) => each.trim());
  return cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}
