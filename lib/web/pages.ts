import { expectCount, expectOptions, expectText, wrongType } from '../arguments';
import { partsOf, SimpleLauncher } from '../launcher';
import type { RequestTimesAnswer } from './api';
import type { Exchange } from './exchange';
import { Site } from './site';
import { UserAccess } from './user-access';

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

/** What `PagesOptions` has. */
export const pagesOptionNames = [
  'path',
  'users',
  'user',
  'usernameField',
  'authorize',
  'maxCaptures',
  'maxStreams',
] as const;

/** The pages of a launcher within an application: status, control, profiles. */
export class Pages {
  /** Where they are: begins with a slash, does not end with one. */
  readonly path: string;
  readonly #site: Site;

  /** @throws TypeError, RangeError for an option that is unknown or out of bounds */
  constructor(launcher: SimpleLauncher, options: PagesOptions | undefined, parts: PagesParts) {
    if (!(launcher instanceof SimpleLauncher)) {
      throw wrongType('a SimpleLauncher', 'launcher', launcher);
    }
    const given = expectOptions('the options of the pages', options, pagesOptionNames) as PagesOptions;
    const { path = '/ox_profile', maxCaptures = 4, maxStreams = 20 } = given;
    this.path = checkPath(path);
    const { agent, controls } = partsOf(launcher);
    const { requestTimes } = parts;
    if (requestTimes !== undefined) agent.addRequestTimes(requestTimes);
    this.#site = new Site({
      desk: agent,
      controls,
      access: new UserAccess(given, parts.userOf),
      requestTimes: () => requestTimes?.(),
      maxCaptures: expectCount('maxCaptures', maxCaptures, { min: 1, max: 100 }),
      maxStreams: expectCount('maxStreams', maxStreams, { min: 1, max: 10_000 }),
      isBeside: false,
    });
  }

  /** Answers, whatever is asked. Never rejects. */
  handle(exchange: Exchange): Promise<void> {
    // What begins with two slashes is the address of another host.
    const base = exchange.base.replace(/^\/+/, '/');
    return this.#site.handle({ ...exchange, base });
  }
}

function checkPath(value: unknown): string {
  const path = expectText('path', value);
  if (/^(\/[\w.~-]+)+$/.test(path)) return path;
  throw wrongType("a path such as '/ox_profile'", 'path', path);
}
