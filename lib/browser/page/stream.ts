import type { Tick } from '../../web/api';
import { addressOf, get, RefusedError } from './server';

/** How the stream of events does. */
export interface StreamState {
  /** Events come. */
  readonly isLive: boolean;
  /** When the last one came, by this clock; 0 before the first. */
  readonly heardMillis: number;
  /** Whether there is a connection at all. */
  readonly isOpen: boolean;
  /** Why there is none, in the server's words. */
  readonly refusal: string;
}

/** Two events that are late are a reason to say so. */
const SILENCE_MILLIS = 3500;
const RETRY_MILLIS = [1000, 2000, 4000, 8000];

/** The one stream of events. It is opened again whenever it breaks, and tells when
 * nothing has come for a while. */
export class Stream {
  readonly #onTick: (tick: Tick) => void;
  readonly #onState: (state: StreamState) => void;
  #source: EventSource | undefined;
  #heardMillis = 0;
  #openedMillis = Date.now();
  #isOpen = false;
  #refusal = '';
  #retries = 0;
  #ticking = 0;
  #isEnded = false;

  constructor(onTick: (tick: Tick) => void, onState: (state: StreamState) => void) {
    this.#onTick = onTick;
    this.#onState = onState;
    this.#open();
    this.#ticking = window.setInterval(() => this.#tell(), 1000);
    // A stream that is left open keeps a page from going into the cache of "back".
    window.addEventListener('pagehide', () => this.#source?.close());
    window.addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#open();
    });
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#isEnded = true;
    clearInterval(this.#ticking);
    this.#source?.close();
  }

  #open(): void {
    if (this.#isEnded) return;
    this.#source?.close();
    const source = new EventSource(addressOf('events'));
    this.#source = source;
    source.addEventListener('open', () => {
      this.#isOpen = true;
      this.#refusal = '';
      this.#retries = 0;
    });
    source.addEventListener('tick', (event: MessageEvent<string>) => {
      this.#heardMillis = Date.now();
      this.#tell();
      this.#onTick(JSON.parse(event.data) as Tick);
    });
    source.addEventListener('error', () => {
      this.#isOpen = false;
      // The browser itself tries again, but not after an answer that says no.
      if (source.readyState === EventSource.CLOSED) void this.#retry();
      this.#tell();
    });
  }

  async #retry(): Promise<void> {
    const wait = RETRY_MILLIS[Math.min(this.#retries++, RETRY_MILLIS.length - 1)] as number;
    setTimeout(() => this.#open(), wait);
    try {
      // A stream does not tell the reason; this does.
      await get(addressOf('status.json'));
    } catch (error) {
      this.#refusal = error instanceof RefusedError ? error.message : '';
      this.#tell();
    }
  }

  #tell(): void {
    if (this.#isEnded) return;
    const since = this.#heardMillis === 0 ? this.#openedMillis : this.#heardMillis;
    this.#onState({
      isLive: Date.now() - since < SILENCE_MILLIS && (this.#isOpen || this.#heardMillis === 0),
      heardMillis: this.#heardMillis,
      isOpen: this.#isOpen,
      refusal: this.#refusal,
    });
  }
}
