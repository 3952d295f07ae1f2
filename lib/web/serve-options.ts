import { isIP } from 'node:net';

import { expectCount, expectOptions, expectText, wrongType } from '../arguments';
import { ProfilerError } from '../errors';

/** Where the stand-alone pages are served. */
export interface ServeOptions {
  /** Default 0: the system chooses one that is free. */
  port?: number;
  /** An address of this machine, or `'localhost'`. Default `'127.0.0.1'`. Any but a
   * loopback address demands a token. */
  host?: string;
  /** What visitors have to bring, 8 to 1000 characters: `?token=` in the address they
   * open, or `Authorization: Bearer`. Default: nothing. */
  token?: string;
}

/** Pages that are served. */
export interface PageServerHandle {
  /** Where, with a slash at the end and without the token. */
  readonly url: string;
  /** Ends it, and the connections it has. May be called again. */
  close(): Promise<void>;
}

/** @throws TypeError, RangeError; ProfilerError `ERR_PROFILER_TOKEN_NEEDED` */
export function checkServeOptions(options: unknown): {
  port: number;
  host: string;
  token: string | undefined;
} {
  const given = expectOptions('the options of serve()', options, ['port', 'host', 'token']);
  const { port = 0, host: givenHost = '127.0.0.1', token } = given;
  const host = expectText('host', givenHost);
  if (host !== 'localhost' && isIP(host) === 0) {
    throw wrongType("an IP address or 'localhost'", 'host', host);
  }
  if (token === undefined && !isLoopback(host)) {
    throw new ProfilerError(
      'ERR_PROFILER_TOKEN_NEEDED',
      `Expected a token for host ${host}, which others can reach, but received none`,
    );
  }
  return {
    port: expectCount('port', port, { min: 0, max: 65_535 }),
    host,
    token: token === undefined ? undefined : checkToken(token),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function checkToken(value: unknown): string {
  const token = expectText('token', value);
  // It has to fit into a header.
  if (/^[\x21-\x7e]{8,1000}$/.test(token)) return token;
  // It must not be told.
  throw wrongType('8 to 1000 printable ASCII characters without spaces', 'token', '…');
}
