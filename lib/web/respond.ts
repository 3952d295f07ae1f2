import type { ServerResponse } from 'node:http';

/** Sent with all that is answered. */
const SECURITY: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Begins an answer. Headers that the application has set before stay, but for
 * those that are set here. */
export function begin(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries({ ...SECURITY, ...headers })) {
    response.setHeader(name, value);
  }
}

/** Whether nobody is there any more to read it. */
export function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.closed || response.socket?.destroyed === true;
}

/** Milliseconds in which whoever reads an answer has to read some of it. */
const PATIENCE_MILLIS = 30_000;

/** A whole answer. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  // Whoever asked may have gone.
  if (response.headersSent || isGone(response)) return;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  begin(response, status, {
    'Content-Type': type,
    'Content-Length': String(bytes.byteLength),
    ...headers,
  });
  // Else what nobody reads would be kept.
  response.setTimeout(PATIENCE_MILLIS, () => response.destroy());
  // Node.js leaves the body out where HEAD was asked.
  response.end(bytes);
}

export const JSON_TYPE = 'application/json; charset=utf-8';
export const HTML_TYPE = 'text/html; charset=utf-8';
