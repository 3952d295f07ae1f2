import type { Status } from '../../web/api';
import { byId } from '../flamegraph/elements';
import { clock, lasting } from './format';
import { setText } from './rows';
import type { StreamState } from './stream';

/** The head of the page: what the profiler does, and whether that is still known. */
export class Head {
  #status: Status | undefined;
  /** Of the server's clock before this one. */
  #aheadMillis = 0;
  #isLive = true;

  show(status: Status): void {
    this.#status = status;
    this.#aheadMillis = status.nowMillis - Date.now();
    this.#showState();
  }

  /** Tells when nothing is heard, and since when what is shown stands still. */
  showStream({ isLive, heardMillis, isOpen, refusal }: StreamState): void {
    const stale = byId('stale');
    if (isLive !== this.#isLive) {
      this.#isLive = isLive;
      this.#showState();
    }
    stale.hidden = isLive;
    if (isLive) return;
    const what = isOpen
      ? 'The server is silent.'
      : refusal === ''
        ? 'The connection is lost.'
        : `The server refuses: ${refusal}`;
    setText(byId('stale-what'), what);
    const since =
      heardMillis === 0
        ? 'Trying again …'
        : `What you see is of ${clock(heardMillis)} (${lasting(Date.now() - heardMillis)} ago). Trying again …`;
    setText(byId('stale-since'), since);
  }

  /** The server lets no one in who has been here: only a new page does. */
  showLoggedOut(): void {
    this.#isLive = false;
    this.#showState();
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = 'Load the page anew';
    setText(byId('stale-what'), 'You are logged out.');
    byId('stale-since').replaceChildren(link);
    byId('stale').hidden = false;
  }

  #showState(): void {
    const status = this.#status;
    if (status === undefined) {
      setText(byId('state-name'), this.#isLive ? '…' : 'Unknown');
      return;
    }
    const [name, title] = stateOf(status);
    byId('state').dataset.state = this.#isLive ? name : 'unknown';
    setText(byId('state-name'), this.#isLive ? title : 'Not known now');
    const since = Date.now() + this.#aheadMillis - status.sinceMillis;
    setText(byId('state-since'), this.#isLive && status.sinceMillis > 0 ? `for ${lasting(since)}` : '');
  }
}

export type StateName = 'running' | 'paused' | 'new' | 'cancelled';

function stateOf({ state, isPaused }: Status): [StateName, string] {
  if (state === 'cancelled') return ['cancelled', 'Ended'];
  if (state === 'new') return ['new', 'Not started'];
  return isPaused ? ['paused', 'Paused'] : ['running', 'Running'];
}

let gone = 0;

/** Says what became of something that was asked for. */
export function notify(message: string, isProblem = false): void {
  const notice = byId('notice');
  notice.className = isProblem ? 'problem' : '';
  notice.textContent = message;
  clearTimeout(gone);
  if (!isProblem) gone = window.setTimeout(() => (notice.textContent = ''), 6000);
}
