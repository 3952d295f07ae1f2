import type { ServerResponse } from 'node:http';

import { RequestRefusal } from './refusal';
import { isGone } from './respond';

/** Counts the profiles of the next seconds that are under way. */
export class Captures {
  readonly #most: number;
  #underWay = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Runs one, which ends when its client goes away.
   *
   * @returns undefined when the client went
   * @throws RequestRefusal when there are as many already as there may be
   */
  async run<T>(
    response: ServerResponse,
    capture: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    // While it was asked who it is.
    if (isGone(response)) return undefined;
    if (this.#underWay >= this.#most) {
      throw new RequestRefusal(
        429,
        'ERR_PROFILER_BUSY',
        `Expected at most ${String(this.#most)} profiles of the next seconds at a time but this ` +
          'is one more: wait for one to end',
        { 'Retry-After': '5' },
      );
    }
    this.#underWay++;
    const controller = new AbortController();
    const onClose = (): void => controller.abort();
    response.on('close', onClose);
    // A server's own patience may be shorter than what was asked for.
    response.setTimeout(0);
    try {
      return await capture(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#underWay--;
      response.off('close', onClose);
    }
  }
}
