import type { SimpleLauncher } from '../launcher';
import type { Exchange } from './exchange';
import type { RequestTimesAnswer } from './api';

/** Who gets in, and how much they may ask for. */
export interface PagesOptions {
  /** Where the pages are, below where the adapter is mounted. Default `/ox_profile`. */
  path?: string;
  /** Names of users who get in. Default: nobody. */
  users?: Iterable<string>;
  /** The user who is logged in, from the framework's request (or context);
   * undefined or null when nobody is. Default: its `user`. */
  user?: (subject: never) => unknown;
  /** What of the user is compared with `users`; where the user is no object, the user
   * itself is. Default `'name'`. */
  usernameField?: string;
  /** Instead of `users`: whether a request gets in. One that throws refuses. */
  authorize?: (subject: never) => boolean | Promise<boolean>;
  /** Profiles of the next seconds (`?seconds=`) that may be under way at a time, 1 to
   * 100. Default 4. */
  maxCaptures?: number;
  /** Open streams of events at a time, 1 to 10 000. Default 20. */
  maxStreams?: number;
}

/** What an adapter adds. */
export interface PagesParts {
  /** The default of `user`. */
  readonly userOf: (subject: never) => unknown;
  /** What `show_req_times` shows; it is not there without. */
  readonly requestTimes?: (() => RequestTimesAnswer) | undefined;
}

/** The pages of a launcher: status, control, profiles. */
export class Pages {
  /** Where they are: begins with a slash, does not end with one. */
  readonly path: string;

  /** @throws TypeError, RangeError for an option that is unknown or out of bounds */
  constructor(launcher: SimpleLauncher, options: PagesOptions | undefined, parts: PagesParts) {
    void launcher;
    void parts;
    this.path = options?.path ?? '/ox_profile';
  }

  /** Answers, whatever is asked. Never rejects. */
  handle(exchange: Exchange): Promise<void> {
    exchange.response.statusCode = 404;
    exchange.response.end();
    return Promise.resolve();
  }
}
