import type { FlameData } from '../../export/flame-data';
import { byId, typedById } from '../flamegraph/elements';
import { FlamePanel } from '../flamegraph/panel';
import { clock } from './format';
import { showMessage } from './parts';
import { Refresher } from './refresher';
import { setText } from './rows';
import { addressOf } from './server';
import type { Session } from './session';
import type { ViewPart } from './view-part';

/** A graph that changes each second cannot be read. */
const LEAST_MILLIS = 3000;
/** Of the time, at most a tenth goes into getting it. */
const REST_FACTOR = 10;

/** The flame graph of what is selected, as it is now. */
export class FlameView implements ViewPart {
  readonly section = byId('view-flamegraph');
  readonly #session: Session;
  readonly #box = byId('flame-panel');
  readonly #follow = typedById('follow', HTMLInputElement);
  readonly #refresher: Refresher<FlameData>;
  #panel: FlamePanel | undefined;
  #askedMillis = 0;
  #isPointed = false;

  constructor(session: Session) {
    this.#session = session;
    const message = byId('flame-message');
    this.#refresher = new Refresher({
      address: () => addressOf('flamegraph.json', this.#session.query()),
      show: (data) => this.#show(data),
      fail: (text) => {
        showMessage(message, text);
        if (text !== '') this.#box.hidden = true;
      },
    });
    const stage = byId('stage');
    stage.addEventListener('pointerenter', () => (this.#isPointed = true));
    stage.addEventListener('pointerleave', () => (this.#isPointed = false));
    this.#follow.addEventListener('change', () => this.refresh());
    const prefersDark = matchMedia('(prefers-color-scheme: dark)');
    prefersDark.addEventListener('change', () => this.#panel?.restyle());
  }

  /** What is looked at closely does not move. */
  refresh(): void {
    const isLooked = this.#isPointed || byId('graph') === document.activeElement;
    if (this.#panel !== undefined && (isLooked || !this.#follow.checked)) return;
    const rest = Math.max(LEAST_MILLIS, this.#refresher.tookMillis * REST_FACTOR);
    if (performance.now() - this.#askedMillis < rest) return;
    if (this.#refresher.refresh(this.#session.stamp())) this.#askedMillis = performance.now();
  }

  renew(): void {
    this.#askedMillis = performance.now();
    this.#refresher.renew(this.#session.stamp());
  }

  #show(data: FlameData): void {
    const isEmpty = data.sides.every(({ samples }) => !samples.some((hits) => hits > 0));
    const message = isEmpty ? 'There are no samples in what is selected.' : '';
    showMessage(byId('flame-message'), message);
    this.#box.hidden = isEmpty;
    setText(byId('flame-age'), isEmpty ? '' : `as of ${clock(Date.now())}`);
    if (isEmpty) return;
    const prefersDark = matchMedia('(prefers-color-scheme: dark)');
    if (this.#panel === undefined) this.#panel = new FlamePanel(data, () => prefersDark.matches, true);
    else this.#panel.update(data);
  }
}
