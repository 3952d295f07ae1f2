import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { ProfilerError } from '../errors';
import { carried, errorOf } from '../export/carried-error';
import { newOwnWorker } from '../threads/own-worker';
import type { RequestTimesAnswer, Status, Tick } from '../web/api';
import type { CaptureQuery, Controls, Desk } from '../web/desk';
import type { LauncherState } from './launcher-state';
import type { FromAgent, Question, Served, ServerOptions, ToAgent } from './messages';

interface Waiting {
  readonly method: Question['method'];
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export interface AgentParts {
  readonly controls: Controls;
  readonly state: () => LauncherState;
}

const SECOND_MILLIS = 1000;

/** What node-gyp-build chooses an addon by. */
const addonVariables = [
  'OX_PROFILE_PREBUILD',
  'PREBUILDS_ONLY',
  'npm_config_arch',
  'npm_config_platform',
  'LIBC',
  'ARM_VERSION',
  'ELECTRON_RUN_AS_NODE',
];

/**
 * The agent thread of a launcher: a worker that is not profiled, started when
 * somebody first asks something that it answers. It keeps the process alive only
 * while an answer is awaited. Its memory of the last minutes begins when it starts.
 */
export class Agent implements Desk {
  readonly #parts: AgentParts;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isEnded = false;
  readonly #requestTimes: (() => RequestTimesAnswer)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  status(): Promise<Uint8Array> {
    if (this.#isEnded) return Promise.resolve(json(this.#lastStatus()));
    return this.#ask({ method: 'status', args: [] });
  }

  tick(...args: Parameters<Desk['tick']>): Promise<Uint8Array> {
    if (this.#isEnded) {
      const tick: Tick = { status: this.#lastStatus(), seconds: [], skipped: 0 };
      return Promise.resolve(json(tick));
    }
    return this.#ask({ method: 'tick', args });
  }

  functions(...args: Parameters<Desk['functions']>): Promise<Uint8Array> {
    return this.#ask({ method: 'functions', args });
  }

  lines(...args: Parameters<Desk['lines']>): Promise<Uint8Array> {
    return this.#ask({ method: 'lines', args });
  }

  flameGraph(...args: Parameters<Desk['flameGraph']>): Promise<Uint8Array> {
    return this.#ask({ method: 'flameGraph', args });
  }

  stalls(): Promise<Uint8Array> {
    return this.#ask({ method: 'stalls', args: [] });
  }

  stats(): Promise<Uint8Array> {
    return this.#ask({ method: 'stats', args: [] });
  }

  file(...args: Parameters<Desk['file']>): Promise<Uint8Array> {
    return this.#ask({ method: 'file', args });
  }

  capture(query: CaptureQuery, signal: AbortSignal): Promise<Uint8Array> {
    return this.#ask({ method: 'capture', args: [query] }, signal);
  }

  serve(options: ServerOptions): Promise<Served> {
    return this.#ask({ method: 'serve', args: [options] });
  }

  /** Also when the thread has ended, and all servers with it. */
  async closeServer(server: string): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    try {
      await this.#ask({ method: 'closeServer', args: [server] });
    } catch (error) {
      if (worker === this.#worker) throw error;
    }
  }

  /** The launcher is in another state than before. */
  noteState(): void {
    if (this.#worker !== undefined) this.#send({ state: this.#parts.state() });
  }

  /** Where request times of the application come from, which are sent to the
   * thread each second while it runs. */
  addRequestTimes(requestTimes: () => RequestTimesAnswer): void {
    this.#requestTimes.push(requestTimes);
    if (this.#worker !== undefined) this.#sendRequestTimes();
  }

  #sendRequestTimes(): void {
    clearTimeout(this.#timer);
    const all = this.#requestTimes.map((requestTimes) => requestTimes());
    if (all.length === 0) return;
    const requestTimes: RequestTimesAnswer = {
      routes: all.flatMap(({ routes }) => routes),
      sinceMillis: Math.min(...all.map(({ sinceMillis }) => sinceMillis)),
      ageMillis: 0,
    };
    this.#send({ requestTimes });
    this.#timer = setTimeout(() => {
      if (this.#worker !== undefined) this.#sendRequestTimes();
    }, SECOND_MILLIS).unref();
  }

  /** Ends the thread and all that it serves. A server that is about to listen does
   * so first: who awaits it is not told of an error that is none. */
  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#refuse(cancelledError(), ({ method }) => method !== 'serve');
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#isEnded || this.#waiting.size > 0) return;
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #ask<T>(question: Question, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#isEnded) throw cancelledError();
      const id = ++this.#lastId;
      this.#worker ??= this.#start();
      this.#waiting.set(id, { method: question.method, resolve, reject });
      this.#worker.ref();
      this.#send({ ask: id, question });
      signal?.addEventListener('abort', () => this.#send({ abort: id }), { once: true });
    });
  }

  #send(message: ToAgent): void {
    this.#worker?.postMessage(message);
  }

  /** @throws ProfilerError `ERR_PROFILER_NO_THREAD` */
  #start(): Worker {
    const worker = newOwnWorker({
      file: join(__dirname, 'worker.js'),
      name: 'ox-profile agent',
      // It has to load the very addon that this thread has.
      env: Object.fromEntries(
        addonVariables.flatMap((name) => {
          const value = process.env[name];
          return value === undefined ? [] : [[name, value]];
        }),
      ),
      purpose: 'answer',
    });
    let cause: unknown;
    worker.on('message', (message: FromAgent) => {
      if (worker === this.#worker) this.#take(message);
    });
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (code) => {
      if (worker !== this.#worker) return;
      this.#worker = undefined;
      const why = cause instanceof Error ? cause.message : `with code ${String(code)}`;
      this.#refuse(endedError(why), () => true);
    });
    const first: ToAgent = { state: this.#parts.state() };
    worker.postMessage(first);
    setImmediate(() => this.#sendRequestTimes()).unref();
    return worker;
  }

  #take(message: FromAgent): void {
    if ('change' in message) {
      void this.#change(message);
      return;
    }
    const waiting = this.#waiting.get(message.answer);
    this.#waiting.delete(message.answer);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('error' in message) waiting?.reject(errorOf(message.error));
    else waiting?.resolve(message.result as never);
    this.#endIfDone();
  }

  async #change({ change, id }: Extract<FromAgent, { change: unknown }>): Promise<void> {
    const { controls } = this.#parts;
    try {
      switch (change.method) {
        case 'setInterval':
          await controls.setInterval(...change.args);
          break;
        default:
          await controls[change.method]();
      }
      this.#send({ done: id });
    } catch (error) {
      this.#send({ done: id, error: carried(error) });
    }
  }

  /** Of a launcher that is cancelled: nothing is left of it. */
  #lastStatus(): Status {
    const { state, isPaused, sinceMillis, intervalMillis, notes } = this.#parts.state();
    return {
      epoch: state,
      state,
      isPaused,
      sinceMillis,
      nowMillis: Date.now(),
      intervalMillis: { asked: intervalMillis, current: intervalMillis, reached: null },
      samples: 0,
      dropped: 0,
      overhead: { share: 0, budget: null, agentShare: 0 },
      threads: [],
      stalls: 0,
      notes,
      hasRequestTimes: false,
    };
  }

  #refuse(error: Error, isMeant: (waiting: Waiting) => boolean): void {
    for (const [id, waiting] of [...this.#waiting]) {
      if (!isMeant(waiting)) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }
}

function cancelledError(): ProfilerError {
  return new ProfilerError(
    'ERR_PROFILER_CANCELLED',
    'Expected a launcher that is not cancelled but it was ended by cancel()',
  );
}

function json(value: Status | Tick): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function endedError(why: string): ProfilerError {
  return new ProfilerError(
    'ERR_PROFILER_THREAD_ENDED',
    `Expected the thread that answers to go on but it ended: ${why}`,
  );
}
