// The agent thread: answers for a launcher while the launcher's own thread may be
// stuck.

import { randomUUID } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

import { ProfilerError } from '../errors';
import { carried, errorOf } from '../export/carried-error';
import type { RequestTimesAnswer } from '../web/api';
import type { CaptureQuery, Controls } from '../web/desk';
import { AgentDesk } from './desk';
import type { LauncherState } from './launcher-state';
import type { Change, FromAgent, Question, Served, ToAgent } from './messages';
import { PageServer } from './page-server';

/** How long to wait for the launcher's thread to make a change. */
const CHANGE_MILLIS = 5_000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class AgentWorker {
  #state: LauncherState;
  #requestTimes: { answer: RequestTimesAnswer; atMillis: number } | undefined;
  readonly #desk: AgentDesk;
  readonly #captures = new Map<number, AbortController>();
  readonly #changes = new Map<number, Waiting>();
  readonly #servers = new Map<string, PageServer>();
  #lastId = 0;

  constructor(state: LauncherState) {
    this.#state = state;
    this.#desk = new AgentDesk(
      () => this.#state,
      () => this.#requestTimes !== undefined,
    );
  }

  take(message: ToAgent): void {
    if ('ask' in message) void this.#answer(message.ask, message.question);
    else if ('abort' in message) this.#captures.get(message.abort)?.abort();
    else if ('state' in message) this.#state = message.state;
    else if ('requestTimes' in message) {
      this.#requestTimes = { answer: message.requestTimes, atMillis: performance.now() };
    } else this.#settle(message);
  }

  async #answer(id: number, question: Question): Promise<void> {
    try {
      const result = await this.#resultOf(id, question);
      const transfer = result instanceof Uint8Array ? transferable(result) : [];
      this.#send({ answer: id, result }, transfer);
    } catch (error) {
      this.#send({ answer: id, error: carried(error) });
    }
  }

  async #resultOf(id: number, question: Question): Promise<Uint8Array | Served | undefined> {
    switch (question.method) {
      case 'capture':
        return this.#capture(id, ...question.args);
      case 'serve': {
        const server = new PageServer({
          ...question.args[0],
          desk: this.#desk,
          controls: this.#controls,
          requestTimes: () => this.#requestTimesNow(),
        });
        const url = await server.listen();
        const id = randomUUID();
        this.#servers.set(id, server);
        return { server: id, url };
      }
      case 'closeServer': {
        const [server] = question.args;
        await this.#servers.get(server)?.close();
        this.#servers.delete(server);
        return undefined;
      }
      case 'tick':
        return this.#desk.tick(...question.args);
      case 'functions':
        return this.#desk.functions(...question.args);
      case 'lines':
        return this.#desk.lines(...question.args);
      case 'flameGraph':
        return this.#desk.flameGraph(...question.args);
      case 'file':
        return this.#desk.file(...question.args);
      case 'status':
      case 'stalls':
      case 'stats':
        return this.#desk[question.method]();
    }
  }

  async #capture(id: number, query: CaptureQuery): Promise<Uint8Array> {
    const controller = new AbortController();
    this.#captures.set(id, controller);
    try {
      return await this.#desk.capture(query, controller.signal);
    } finally {
      this.#captures.delete(id);
    }
  }

  #requestTimesNow(): RequestTimesAnswer | undefined {
    if (this.#requestTimes === undefined) return undefined;
    const { answer, atMillis } = this.#requestTimes;
    return { ...answer, ageMillis: answer.ageMillis + (performance.now() - atMillis) };
  }

  readonly #controls: Controls = {
    pause: () => this.#change({ method: 'pause', args: [] }),
    unpause: () => this.#change({ method: 'unpause', args: [] }),
    setInterval: (millis) => this.#change({ method: 'setInterval', args: [millis] }),
    reset: () => this.#change({ method: 'reset', args: [] }),
  };

  #change(change: Change): Promise<void> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#changes.delete(id);
        reject(
          new ProfilerError(
            'ERR_PROFILER_BUSY',
            `Expected the main thread to turn within ${String(CHANGE_MILLIS / 1000)} s but it is ` +
              'busy: the change will be made as soon as it turns',
          ),
        );
      }, CHANGE_MILLIS);
      const settled = (end: () => void) => (): void => {
        clearTimeout(timer);
        end();
      };
      this.#changes.set(id, {
        resolve: settled(resolve),
        reject: (error) => settled(() => reject(error))(),
      });
      this.#send({ change, id });
    });
  }

  #settle({ done, error }: Extract<ToAgent, { done: unknown }>): void {
    const waiting = this.#changes.get(done);
    this.#changes.delete(done);
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(errorOf(error));
  }

  #send(message: FromAgent, transfer: readonly ArrayBuffer[] = []): void {
    parentPort?.postMessage(message, transfer as ArrayBuffer[]);
  }
}

/** Small arrays may share their memory with others. */
function transferable({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole && byteLength > 0 ? [buffer] : [];
}

let agent: AgentWorker | undefined;

parentPort?.on('message', (message: ToAgent) => {
  // The first message is the launcher's state.
  if (agent !== undefined) agent.take(message);
  else if ('state' in message) agent = new AgentWorker(message.state);
});
