import type { IncomingMessage } from 'node:http';

import type { Exchange } from './exchange';
import { Parameters } from './parameters';
import { invalid, RequestRefusal } from './refusal';

const MOST_BYTES = 4096;
const PATIENCE_MILLIS = 10_000;

/**
 * The form that a request brings, whether the framework has read it or not.
 *
 * @throws RequestRefusal
 */
export async function formOf({ request, body }: Exchange): Promise<Parameters> {
  if (body instanceof Uint8Array) return Parameters.parse(textOf(body));
  if (typeof body === 'string') return Parameters.parse(body);
  if (typeof body === 'object' && body !== null) {
    return Parameters.of(body as Record<string, unknown>);
  }
  // Somebody has read it and kept it to himself.
  if (request.readableEnded || request.destroyed) return Parameters.parse('');
  const bytes = await read(request);
  if (bytes.byteLength === 0) return Parameters.parse('');
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new RequestRefusal(
      415,
      'ERR_PROFILER_INVALID_REQUEST',
      'Expected a body of type application/x-www-form-urlencoded but received another',
    );
  }
  return Parameters.parse(textOf(bytes));
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('Expected a body of UTF-8 but received other bytes');
  }
}

function read(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (status: number, message: string): void => {
      end(() => {
        // What still comes is thrown away.
        request.resume();
        const headers = { Connection: 'close' };
        reject(new RequestRefusal(status, 'ERR_PROFILER_INVALID_REQUEST', message, headers));
      });
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.byteLength;
      if (length > MOST_BYTES) refuse(413, `Expected a body of at most ${String(MOST_BYTES)} bytes`);
    };
    const onEnd = (): void => end(() => resolve(Buffer.concat(chunks)));
    const onGone = (): void => refuse(400, 'Expected a whole body but the connection was lost');
    const timer = setTimeout(
      () => refuse(408, `Expected the body within ${String(PATIENCE_MILLIS / 1000)} s`),
      PATIENCE_MILLIS,
    ).unref();
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      settle();
    };
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
