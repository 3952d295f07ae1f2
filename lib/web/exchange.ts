import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request for a page and where its answer goes, in whatever framework. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the user's `authorize` and `user` are given: the framework's request,
   * or its context. */
  readonly subject: unknown;
  /** Where the pages are mounted, as the browser knows it: no slash at its end. */
  readonly base: string;
  /** What follows in the path: begins with a slash, or is empty. */
  readonly path: string;
  /** After the question mark. */
  readonly search: string;
  /** The body, where the framework has read it. */
  readonly body?: unknown;
}
