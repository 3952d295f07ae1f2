import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Tokens that a page of ours gives its forms, so that nobody else's page can make
 * a browser change something: one for each user, good as long as this lives.
 */
export class ChangeTokens {
  readonly #secret = randomBytes(32);

  of(userKey: string): string {
    return createHmac('sha256', this.#secret).update(userKey).digest('base64url');
  }

  isGood(token: string | undefined, userKey: string): boolean {
    return token !== undefined && isSame(token, this.of(userKey));
  }
}

/** Whether two secrets are the same, in a time that does not tell how much of them
 * is. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * Whether a request may come from a page of ours. A browser says where it comes
 * from (Fetch Metadata; before it, Origin); what says neither is no browser.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  // It is the browser that says it, whatever a proxy has made of Host.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === headers.host;
  } catch {
    return false;
  }
}
