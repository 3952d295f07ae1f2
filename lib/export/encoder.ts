import { performance } from 'node:perf_hooks';
import { MessageChannel, type Worker } from 'node:worker_threads';

import { wrongType } from '../arguments';
import { ProfilerError } from '../errors';
import type { Profile } from '../profile/profile';
import { nodeKeepsMaps, nodeMapOf } from '../source-maps/node-maps';
import { newOwnWorker } from '../threads/own-worker';
import { errorOf } from './carried-error';
import { pack, unpackWhole } from './packed';
import { turn } from './turn';
import type { Order, Reply, Work } from './work';

/** What became of the work. */
export interface Outcome {
  readonly bytes?: Uint8Array;
  readonly profile?: Profile;
  readonly warnings: readonly string[];
}

interface Request {
  readonly profile: Profile;
  readonly work: Work;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

export interface EncoderOptions {
  /** What the thread runs. */
  readonly file: string;
  /** Milliseconds without work after which the thread ends. */
  readonly idleMillis: number;
  /** So many may wait, at most, beside the one that is worked on. */
  readonly maxWaiting: number;
}

/** Milliseconds for which the calling thread is held up at a time. */
const SLICE_MILLIS = 0.5;

/**
 * Has profiles encoded by a thread of its own, one after the other. The thread is
 * started for the first and ends when there is nothing to do for some time; it
 * keeps the process alive only while it has work.
 */
export class Encoder {
  readonly #options: EncoderOptions;
  readonly #waiting: Request[] = [];
  #active: Request | undefined;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: EncoderOptions) {
    this.#options = options;
  }

  /** The thread, while there is one. */
  get worker(): Worker | undefined {
    return this.#worker;
  }

  run(profile: Profile, work: Work): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const { maxWaiting } = this.#options;
      if (this.#waiting.length >= maxWaiting) {
        const most = String(maxWaiting);
        throw new ProfilerError(
          'ERR_PROFILER_BUSY',
          `Expected at most ${most} profiles to wait for being encoded but this is one more: ` +
            'await those before',
        );
      }
      this.#waiting.push({ profile, work, resolve, reject });
      this.#next();
    });
  }

  /** Begins the work that waited longest, if there is none under way. */
  #next(): void {
    if (this.#active !== undefined) return;
    const request = this.#waiting.shift();
    if (request === undefined) {
      this.#rest();
      return;
    }
    this.#active = request;
    this.#send(request).catch((error: unknown) => {
      this.#settle(request, () => request.reject(error as Error));
    });
  }

  /** Ends a request once, and goes on with the next. */
  #settle(request: Request, end: () => void): void {
    if (this.#active !== request) return;
    this.#active = undefined;
    end();
    this.#next();
  }

  #rest(): void {
    this.#worker?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const order: Order = { end: true };
      this.#worker?.postMessage(order);
      this.#worker = undefined;
    }, this.#options.idleMillis).unref();
  }

  async #send(request: Request): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? (await this.#start());
    // It may have died in the meantime, here and below.
    if (this.#active !== request) return;
    worker.ref();
    let begun = performance.now();
    for (const { message, transfer } of pack(request.profile)) {
      if (performance.now() - begun > SLICE_MILLIS) {
        await turn();
        begun = performance.now();
        if (this.#active !== request) return;
      }
      const order: Order = { packed: message };
      worker.postMessage(order, transfer as ArrayBuffer[]);
    }
    const order: Order = { work: request.work, askNode: nodeKeepsMaps() };
    try {
      worker.postMessage(order);
    } catch (error) {
      if ((error as Error).name !== 'DataCloneError') throw error;
      throw wrongType('options of plain data', 'the options', request.work.options);
    }
  }

  /** Starting takes two milliseconds when Node.js does it for the first time, so
   * it is split. @throws ProfilerError `ERR_PROFILER_NO_THREAD` */
  async #start(): Promise<Worker> {
    await turn();
    new MessageChannel().port1.close();
    await turn();
    const worker = newOwnWorker({
      file: this.#options.file,
      name: 'ox-profile encoder',
      purpose: 'encode',
      otherwise: 'encodeSync() needs none',
    });
    this.#worker = worker;
    this.#listen(worker);
    await turn();
    return worker;
  }

  #listen(worker: Worker): void {
    let cause: unknown;
    worker.on('message', (reply: Reply) => {
      if (worker === this.#worker) this.#take(worker, reply);
    });
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (code) => {
      if (worker !== this.#worker) return;
      this.#worker = undefined;
      const request = this.#active;
      if (request === undefined) return;
      const why = cause instanceof Error ? cause.message : `with code ${String(code)}`;
      const error = new ProfilerError(
        'ERR_PROFILER_THREAD_ENDED',
        `Expected the thread that encodes to finish but it ended: ${why}`,
        { cause },
      );
      this.#settle(request, () => request.reject(error));
    });
  }

  #take(worker: Worker, reply: Reply): void {
    const request = this.#active;
    if (request === undefined) return;
    if ('askNode' in reply) {
      void this.#answer(worker, reply.askNode);
    } else if ('error' in reply) {
      this.#settle(request, () => request.reject(errorOf(reply.error)));
    } else {
      this.#settle(request, () => {
        const { warnings } = reply;
        if ('bytes' in reply) request.resolve({ bytes: reply.bytes, warnings });
        else request.resolve({ profile: unpackWhole(reply.profile), warnings });
      });
    }
  }

  /** Node.js has maps only on the thread that loaded the program: this one. */
  async #answer(worker: Worker, urls: readonly string[]): Promise<void> {
    const nodeMaps = new Map<string, unknown>();
    let begun = performance.now();
    for (const url of urls) {
      if (performance.now() - begun > SLICE_MILLIS) {
        await turn();
        begun = performance.now();
      }
      const map = nodeMapOf(url);
      if (map !== undefined) nodeMaps.set(url, map);
    }
    const order: Order = { nodeMaps };
    if (worker === this.#worker) worker.postMessage(order);
  }
}
