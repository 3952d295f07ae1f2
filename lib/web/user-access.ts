import { types } from 'node:util';

import { expectText, wrongType } from '../arguments';
import type { Access, Visitor } from './access';
import type { Exchange } from './exchange';
import { RequestRefusal } from './refusal';

export interface UserAccessOptions {
  readonly users?: Iterable<string> | undefined;
  readonly user?: ((subject: never) => unknown) | undefined;
  readonly usernameField?: string | undefined;
  readonly authorize?: ((subject: never) => boolean | Promise<boolean>) | undefined;
}

/** Users of the application, by their names or by what it says of a request. By
 * default nobody. */
export class UserAccess implements Access {
  readonly #users: ReadonlySet<string>;
  readonly #userOf: (subject: unknown) => unknown;
  readonly #field: string;
  readonly #authorize: ((subject: unknown) => unknown) | undefined;

  /** @throws TypeError */
  constructor(options: UserAccessOptions, userOf: (subject: never) => unknown) {
    const { users = [], user = userOf, usernameField = 'name', authorize } = options;
    this.#users = checkUsers(users);
    this.#userOf = expectFunction('user', user);
    this.#field = expectText('usernameField', usernameField);
    this.#authorize =
      authorize === undefined ? undefined : expectFunction('authorize', authorize);
  }

  async admit({ subject }: Exchange): Promise<Visitor> {
    const name = await this.#nameOf(subject);
    if (this.#authorize !== undefined) {
      if (await isAuthorized(this.#authorize, subject)) return visitorOf(name);
      if (name === undefined) throw notLoggedIn('authorize() refused the request');
      throw notAllowed(`authorize() refused user ${shown(name)}`, 'have it return true');
    }
    if (name === undefined) throw notLoggedIn('nobody is logged in');
    if (this.#users.has(name)) return visitorOf(name);
    throw notAllowed(
      `user ${shown(name)} is not among its users`,
      `add ${shown(name)} to the option users`,
    );
  }

  /** Who is logged in; undefined where nobody is, or it cannot be told. */
  async #nameOf(subject: unknown): Promise<string | undefined> {
    try {
      const user = await this.#userOf(subject);
      const name: unknown =
        typeof user === 'object' && user !== null
          ? (user as Record<string, unknown>)[this.#field]
          : user;
      if (typeof name === 'number') return String(name);
      return typeof name === 'string' && name !== '' ? name : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Only a plain true lets in, and what throws refuses. */
async function isAuthorized(
  authorize: (subject: unknown) => unknown,
  subject: unknown,
): Promise<boolean> {
  try {
    return (await authorize(subject)) === true;
  } catch {
    return false;
  }
}

function visitorOf(name: string | undefined): Visitor {
  return { user: name, key: name ?? '' };
}

function notLoggedIn(why: string): RequestRefusal {
  return new RequestRefusal(
    401,
    'ERR_PROFILER_NOT_LOGGED_IN',
    `Expected somebody who may see the profiler but ${why}: log in to the application first`,
    // There has to be one, and it must not make a browser ask for a password.
    { 'WWW-Authenticate': 'Session' },
  );
}

function notAllowed(why: string, how: string): RequestRefusal {
  return new RequestRefusal(
    403,
    'ERR_PROFILER_NOT_ALLOWED',
    `Expected somebody who may see the profiler but ${why}; to allow it, ${how}`,
  );
}

function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}

function checkUsers(users: unknown): ReadonlySet<string> {
  const isList =
    typeof users === 'object' && users !== null && Symbol.iterator in users && !types.isMap(users);
  if (!isList) throw wrongType('a set or an array of names', 'users', users);
  const names = [...(users as Iterable<unknown>)];
  return new Set(names.map((name) => expectText('users', name)));
}

function expectFunction(name: string, value: unknown): (subject: unknown) => unknown {
  if (typeof value !== 'function') throw wrongType('a function', name, value);
  return value as (subject: unknown) => unknown;
}
