import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Tick } from './api';
import type { Desk } from './desk';
import { RequestRefusal } from './refusal';
import { begin, isGone } from './respond';

const TICK_MILLIS = 1000;
/** A reader who has left so much unread gets nothing more until it has read. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** After so many ticks a stream ends, and a browser begins another: who listens is
 * asked again who it is. */
const MOST_TICKS = 300;
/** And is let go when it has not read for so many ticks. */
const MOST_SKIPPED = 30;

interface Stream {
  readonly response: ServerResponse;
  /** Seconds that began later are yet to be sent. */
  afterMillis: number;
  skipped: number;
  skippedInARow: number;
  ticks: number;
}

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * a tick each second to everyone who listens. Nothing is done while nobody does.
 */
export class Streams {
  readonly #desk: Pick<Desk, 'tick'>;
  readonly #most: number;
  readonly #tickMillis: number;
  readonly #streams = new Set<Stream>();
  #timer: NodeJS.Timeout | undefined;
  #isTicking = false;

  constructor(desk: Pick<Desk, 'tick'>, most: number, tickMillis = TICK_MILLIS) {
    this.#desk = desk;
    this.#most = most;
    this.#tickMillis = tickMillis;
  }

  /** How many listen. */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * Begins a stream. A browser that comes back says what it had last.
   *
   * @throws RequestRefusal when there are as many already as there may be
   */
  open(request: IncomingMessage, response: ServerResponse): void {
    if (isGone(response)) return;
    if (this.#streams.size >= this.#most) {
      throw new RequestRefusal(
        429,
        'ERR_PROFILER_BUSY',
        `Expected at most ${String(this.#most)} open streams but this is one more: close a page`,
        { 'Retry-After': '10' },
      );
    }
    begin(response, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Whatever compresses would wait for more, and so would proxies.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    request.socket.setTimeout(0);
    request.socket.setNoDelay(true);
    response.flushHeaders();
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const last = Number(request.headers['last-event-id']);
    const stream: Stream = {
      response,
      afterMillis: Number.isFinite(last) ? last : 0,
      skipped: 0,
      skippedInARow: 0,
      ticks: 0,
    };
    this.#streams.add(stream);
    response.on('close', () => this.#drop(stream));
    response.on('error', () => this.#drop(stream));
    response.write('retry: 2000\n\n');
    void this.#tick([stream]);
    this.#timer ??= setInterval(() => void this.#tickAll(), this.#tickMillis).unref();
  }

  /** Ends all streams. */
  close(): void {
    for (const { response } of [...this.#streams]) response.end();
  }

  #drop(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #tickAll(): Promise<void> {
    // The last one may still be waited for.
    if (this.#isTicking) return;
    this.#isTicking = true;
    try {
      await this.#tick([...this.#streams]);
    } finally {
      this.#isTicking = false;
    }
  }

  async #tick(streams: readonly Stream[]): Promise<void> {
    const reading = streams.filter((stream) => this.#reads(stream));
    // Mostly all have been sent the same.
    for (const stream of reading) if (++stream.ticks > MOST_TICKS) stream.response.end();
    for (const afterMillis of new Set(reading.map((stream) => stream.afterMillis))) {
      try {
        const bytes = await this.#desk.tick(afterMillis);
        for (const stream of reading) {
          if (stream.afterMillis === afterMillis) send(stream, bytes);
        }
      } catch {
        // The thread that answers may have ended; it is there again at the next tick.
      }
    }
  }

  #reads(stream: Stream): boolean {
    const { response } = stream;
    if (response.writableLength <= MOST_UNREAD_BYTES) {
      stream.skippedInARow = 0;
      return true;
    }
    stream.skipped++;
    if (++stream.skippedInARow > MOST_SKIPPED) response.destroy();
    return false;
  }
}

function send(stream: Stream, bytes: Uint8Array): void {
  const tick = JSON.parse(Buffer.from(bytes).toString()) as Tick;
  stream.afterMillis = tick.seconds.at(-1)?.atMillis ?? stream.afterMillis;
  const data = JSON.stringify({ ...tick, skipped: stream.skipped } satisfies Tick);
  stream.skipped = 0;
  if (stream.response.writableEnded) return;
  stream.response.write(`id: ${String(stream.afterMillis)}\nevent: tick\ndata: ${data}\n\n`);
}
