import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { ProfilerError } from '../errors';
import { carried, errorOf } from '../export/carried-error';
import { OWN_THREAD } from '../threads/own';
import { unhookedWorker } from '../threads/worker-hook';
import type { RequestTimesAnswer } from '../web/api';
import type { CaptureQuery, Controls, Desk } from '../web/desk';
import type { LauncherState } from './launcher-state';
import type { FromAgent, Question, Served, ServerOptions, ToAgent } from './messages';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export interface AgentParts {
  readonly controls: Controls;
  readonly state: () => LauncherState;
}

const SECOND_MILLIS = 1000;

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
  #requestTimes: (() => RequestTimesAnswer) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  /** Whether the thread runs. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  status(): Promise<Uint8Array> {
    return this.#ask({ method: 'status', args: [] });
  }

  tick(...args: Parameters<Desk['tick']>): Promise<Uint8Array> {
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

  closeServer(server: number): Promise<void> {
    if (this.#worker === undefined) return Promise.resolve();
    return this.#ask({ method: 'closeServer', args: [server] });
  }

  /** The launcher is in another state than before. */
  noteState(): void {
    if (this.#worker !== undefined) this.#send({ state: this.#parts.state() });
  }

  /** Where the request times of the application come from, which are sent to the
   * thread each second while it runs. */
  set requestTimes(requestTimes: () => RequestTimesAnswer) {
    this.#requestTimes = requestTimes;
    if (this.#worker !== undefined) this.#sendRequestTimes();
  }

  #sendRequestTimes(): void {
    const requestTimes = this.#requestTimes?.();
    if (requestTimes !== undefined) this.#send({ requestTimes });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#worker !== undefined) this.#sendRequestTimes();
    }, SECOND_MILLIS).unref();
  }

  /** Ends the thread and all that it serves. */
  end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    this.#refuseAll(endedError('as its launcher was cancelled'));
    void worker?.terminate();
  }

  #ask<T>(question: Question, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted();
      const id = ++this.#lastId;
      this.#worker ??= this.#start();
      this.#waiting.set(id, { resolve, reject });
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
    const worker = this.#newWorker();
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
      this.#refuseAll(endedError(why));
    });
    const first: ToAgent = { state: this.#parts.state() };
    worker.postMessage(first);
    if (this.#requestTimes !== undefined) setImmediate(() => this.#sendRequestTimes()).unref();
    return worker;
  }

  #newWorker(): Worker {
    const Class = unhookedWorker();
    try {
      return new Class(join(__dirname, 'worker.js'), {
        name: 'ox-profile agent',
        workerData: OWN_THREAD,
        // Nothing of what the program is run with: no preloads, no profilers.
        execArgv: [],
        env: {},
        // Else its output would be piped into that of the program.
        stdout: true,
        stderr: true,
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ProfilerError(
        'ERR_PROFILER_NO_THREAD',
        `Expected a thread to answer in but Node.js gave none: ${why}`,
        { cause },
      );
    }
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

  #refuseAll(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

function endedError(why: string): ProfilerError {
  return new ProfilerError(
    'ERR_PROFILER_THREAD_ENDED',
    `Expected the thread that answers to go on but it ended: ${why}`,
  );
}
