import type { Status } from '../../web/api';
import { byId, typedById } from '../flamegraph/elements';
import { notify } from './head';
import { setText } from './rows';
import { addressOf, post, RefusedError } from './server';

type Change = 'pause' | 'unpause' | 'set_interval' | 'reset';

/** A change that is asked for. */
interface Wish {
  readonly change: Change;
  readonly fields?: Readonly<Record<string, string>>;
  /** What is said once it is made. */
  readonly done?: string;
  /** Whether a status shows that it is made. */
  readonly isMade: (status: Status) => boolean;
}

const doings: Record<Change, string> = {
  pause: 'Pausing …',
  unpause: 'Starting …',
  set_interval: 'Setting …',
  reset: 'Resetting …',
};

/** Pause, run, interval, reset. */
export class Controls {
  readonly #onStatus: (status: Status) => void;
  readonly #switchForm = typedById('switch', HTMLFormElement);
  readonly #switch = typedById('switch-button', HTMLButtonElement);
  readonly #interval = typedById('interval-field', HTMLInputElement);
  readonly #set = typedById('interval-button', HTMLButtonElement);
  readonly #reset = typedById('reset-counts', HTMLButtonElement);
  readonly #dialog = typedById('ask-reset', HTMLDialogElement);
  #status: Status | undefined;
  #askedMillis = NaN;
  #isUnderWay = false;
  /** Taken by the server, but not made yet: the main thread is busy. */
  #awaited: Wish | undefined;

  constructor(onStatus: (status: Status) => void) {
    this.#onStatus = onStatus;
    this.#switchForm.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#switchOver();
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
      const epoch = this.#status?.epoch;
      void this.#ask(this.#reset, {
        change: 'reset',
        done: 'All counts begin anew.',
        isMade: (status) => status.epoch !== epoch,
      });
    });
  }

  show(status: Status): void {
    this.#status = status;
    const { state, intervalMillis } = status;
    const isResting = this.#isResting;
    this.#switchForm.action = addressOf(isResting ? 'unpause' : 'pause');
    if (!this.#isUnderWay) setText(this.#switch, isResting ? 'Run' : 'Pause');
    this.#switch.disabled = state === 'cancelled';
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
    if (this.#awaited?.isMade(status) === true) {
      notify(this.#awaited.done ?? '');
      this.#awaited = undefined;
    }
  }

  /** Paused, or not even started: it can be run. */
  get #isResting(): boolean {
    return this.#status?.isPaused === true || this.#status?.state === 'new';
  }

  #showSet(): void {
    const isOther = this.#interval.value !== '' && Number(this.#interval.value) !== this.#askedMillis;
    // A button that is disabled would lose the focus.
    this.#set.disabled = !isOther && document.activeElement !== this.#set;
  }

  async #switchOver(): Promise<void> {
    const isResting = this.#isResting;
    await this.#ask(this.#switch, {
      change: isResting ? 'unpause' : 'pause',
      isMade: ({ state, isPaused }) => state !== 'new' && isPaused !== isResting,
    });
  }

  async #setInterval(): Promise<void> {
    const interval = this.#interval.value;
    await this.#ask(this.#set, {
      change: 'set_interval',
      fields: { interval },
      done: `The interval is ${interval} ms now.`,
      isMade: ({ intervalMillis }) => intervalMillis.asked === Number(interval),
    });
  }

  /** @param button says what is going on until the server answers */
  async #ask(button: HTMLButtonElement, wish: Wish): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#awaited = undefined;
    notify('');
    const label = button.textContent;
    setText(button, doings[wish.change]);
    try {
      const status = await post(wish.change, wish.fields);
      notify(wish.done ?? '');
      this.#onStatus(status);
    } catch (error) {
      this.#tellProblem(error, wish);
    } finally {
      this.#isUnderWay = false;
      setText(button, label);
      if (this.#status !== undefined) this.show(this.#status);
    }
  }

  #tellProblem(error: unknown, wish: Wish): void {
    if (error instanceof RefusedError && error.code === 'ERR_PROFILER_BUSY') {
      // It is made later: the status tells when.
      this.#awaited = wish;
      notify(error.message, true);
      return;
    }
    const message = error instanceof TypeError ? 'The server does not answer.' : (error as Error).message;
    notify(`Nothing is changed. ${message}`, true);
  }
}
