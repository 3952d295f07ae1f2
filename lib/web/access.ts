import type { Exchange } from './exchange';

/** Who asks, as far as somebody gets in. */
export interface Visitor {
  /** To be shown; undefined where nobody is named. */
  readonly user: string | undefined;
  /** What tokens are bound to. */
  readonly key: string;
}

/** Lets in or not. */
export interface Access {
  /** @throws RequestRefusal with a status of 401 or 403 */
  admit(exchange: Exchange): Promise<Visitor>;
}
