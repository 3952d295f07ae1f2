import { get, isLoggedOut, RefusedError } from './server';

/** What a refresher asks for, and does with the answer. */
export interface Asking<T> {
  /** Where the answer is; undefined: nothing is asked. */
  readonly address: () => string | undefined;
  readonly show: (answer: T) => void;
  /** '' where the last answer was one. */
  readonly fail: (message: string) => void;
}

/** Gets the data of a view: one request at a time, and none that no one sees. */
export class Refresher<T> {
  readonly #asking: Asking<T>;
  #underWay: AbortController | undefined;
  #shown = '';
  #tookMillis = 0;
  #tookBefore = 0;

  constructor(asking: Asking<T>) {
    this.#asking = asking;
  }

  /** How long an answer takes: the shorter of the last two, as one may be late by
   * chance. */
  get tookMillis(): number {
    return Math.min(this.#tookMillis, this.#tookBefore);
  }

  /**
   * As there may be something new.
   *
   * @param stamp of what is known; with the same one there is nothing new
   * @returns whether it asks
   */
  refresh(stamp: string): boolean {
    const address = this.#asking.address();
    if (address === undefined || this.#underWay !== undefined) return false;
    if (document.hidden || isLoggedOut()) return false;
    if (this.#shown === `${stamp} ${address}`) return false;
    void this.#ask(address, stamp);
    return true;
  }

  /** As the reader wants something else: what is under way is of no use. */
  renew(stamp: string): void {
    this.#underWay?.abort();
    this.#underWay = undefined;
    this.refresh(stamp);
  }

  async #ask(address: string, stamp: string): Promise<void> {
    const underWay = new AbortController();
    this.#underWay = underWay;
    const began = performance.now();
    try {
      const answer = await get<T>(address, underWay.signal);
      if (underWay.signal.aborted) return;
      this.#shown = `${stamp} ${address}`;
      this.#asking.fail('');
      this.#asking.show(answer);
    } catch (error) {
      if (underWay.signal.aborted) return;
      this.#shown = '';
      // Of a connection that is lost, and of a logout, the head of the page tells.
      if (isLoggedOut()) return;
      if (error instanceof RefusedError) this.#asking.fail(error.message);
      else if (!(error instanceof TypeError)) throw error;
    } finally {
      if (this.#underWay === underWay) this.#underWay = undefined;
      if (!underWay.signal.aborted) {
        this.#tookBefore = this.#tookMillis;
        this.#tookMillis = performance.now() - began;
      }
    }
  }
}
