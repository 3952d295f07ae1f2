import type { Status } from '../../web/api';
import { byId, typedById } from '../flamegraph/elements';
import { notify } from './head';
import { setText } from './rows';
import { addressOf, post } from './server';

/** Pause, run, interval, reset. */
export class Controls {
  readonly #onStatus: (status: Status) => void;
  readonly #switchForm = typedById('switch', HTMLFormElement);
  readonly #switch = typedById('switch-button', HTMLButtonElement);
  readonly #interval = typedById('interval-field', HTMLInputElement);
  readonly #set = typedById('interval-button', HTMLButtonElement);
  readonly #reset = typedById('reset-counts', HTMLButtonElement);
  readonly #dialog = typedById('ask-reset', HTMLDialogElement);
  #isPaused = false;
  #askedMillis = NaN;
  #isUnderWay = false;

  constructor(onStatus: (status: Status) => void) {
    this.#onStatus = onStatus;
    this.#switchForm.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#ask(this.#isPaused ? 'unpause' : 'pause');
    });
    byId('interval').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#setInterval();
    });
    this.#interval.addEventListener('input', () => this.#showSet());
    this.#reset.addEventListener('click', () => this.#dialog.showModal());
    byId('reset-no').addEventListener('click', () => this.#dialog.close());
    byId('reset-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#dialog.close();
      void this.#ask('reset', {}, 'All counts begin anew.');
    });
  }

  show({ state, isPaused, intervalMillis }: Status): void {
    this.#isPaused = isPaused;
    this.#switchForm.action = addressOf(isPaused ? 'unpause' : 'pause');
    setText(this.#switch, isPaused ? 'Run' : 'Pause');
    this.#switch.disabled = state !== 'started';
    this.#reset.disabled = state === 'cancelled';
    this.#interval.disabled = state === 'cancelled';
    // What is being typed stays, and what was not asked for from here comes in.
    if (intervalMillis.asked !== this.#askedMillis) {
      const isTyped = this.#interval.value !== '' && Number(this.#interval.value) !== this.#askedMillis;
      this.#askedMillis = intervalMillis.asked;
      if (!isTyped || document.activeElement !== this.#interval) {
        this.#interval.value = String(intervalMillis.asked);
      }
    }
    this.#showSet();
  }

  #showSet(): void {
    const isOther = this.#interval.value !== '' && Number(this.#interval.value) !== this.#askedMillis;
    // A button that is disabled would lose the focus.
    this.#set.disabled = !isOther && document.activeElement !== this.#set;
  }

  async #setInterval(): Promise<void> {
    const interval = this.#interval.value;
    await this.#ask('set_interval', { interval }, `The interval is ${interval} ms now.`);
  }

  async #ask(change: string, fields: Record<string, string> = {}, done = ''): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      const status = await post(change, fields);
      notify(done);
      this.#onStatus(status);
    } catch (error) {
      const message = error instanceof TypeError ? 'The server does not answer.' : (error as Error).message;
      notify(`Nothing is changed. ${message}`, true);
    } finally {
      this.#isUnderWay = false;
    }
  }
}
