import type { StackFrame } from '../../web/api';
import { element } from '../flamegraph/elements';
import { nameOf, placeOf, shortPlace } from './format';
import { setText, setTitle } from './rows';

/** A bar for a share in percent, with the bounds in which the true one lies. */
export class ShareCell {
  readonly cell = element('td', '', 'share');
  readonly #figure = element('span', '', 'figure');
  readonly #bounds = element('span', '', 'bounds');
  readonly #bar = element('span', '', 'bar');
  readonly #fill = element('span', '', 'fill');
  readonly #range = element('span', '', 'range');

  constructor() {
    this.#bar.append(this.#fill, this.#range);
    this.#bar.setAttribute('aria-hidden', 'true');
    this.cell.append(this.#figure, ' ', this.#bounds, this.#bar);
  }

  show(share: number, texts: { figure: string; bounds?: string }, range?: { low: number; high: number }): void {
    setText(this.#figure, texts.figure);
    setText(this.#bounds, texts.bounds ?? '');
    this.#fill.style.width = `${Math.min(100, share)}%`;
    if (range === undefined) return;
    this.#range.style.left = `${range.low}%`;
    this.#range.style.width = `${Math.max(0, range.high - range.low)}%`;
  }
}

/** The button of a row that shows more of it, and the name and place beside. */
export class NameCell {
  readonly cell = element('th', '');
  readonly button = document.createElement('button');
  readonly #name = element('span', '', 'name');
  readonly #place = element('span', '', 'place');

  constructor(details: HTMLElement) {
    this.cell.setAttribute('scope', 'row');
    this.button.type = 'button';
    this.button.className = 'open';
    this.button.setAttribute('aria-expanded', 'false');
    this.button.setAttribute('aria-controls', details.id);
    this.button.append(this.#name);
    this.cell.append(this.button, this.#place);
  }

  /** @param hasColumn where the line alone does not tell it from another */
  show(frame: StackFrame, hasColumn = false): void {
    setText(this.#name, nameOf(frame));
    setText(this.#place, shortPlace(frame, hasColumn));
    setTitle(this.#place, placeOf(frame));
  }

  set isOpen(isOpen: boolean) {
    this.button.setAttribute('aria-expanded', String(isOpen));
  }
}

/** A stack, leaf first: what it was in, and who called that. */
export class StackList {
  readonly list = element('ol', '', 'stack');
  #shown = '';

  /** @param label what has it: who uses the keyboard comes here to scroll */
  constructor(label: string) {
    this.list.tabIndex = 0;
    this.list.setAttribute('aria-label', label);
  }

  show(stack: readonly StackFrame[]): void {
    const text = JSON.stringify(stack);
    if (text === this.#shown) return;
    this.#shown = text;
    this.list.replaceChildren(
      ...stack.map((frame) => {
        const place = element('span', shortPlace(frame), 'place');
        place.title = placeOf(frame);
        return element('li', [element('span', nameOf(frame), 'name'), ' ', place]);
      }),
    );
  }
}

let ids = 0;

/** An id for an element that others refer to. */
export function newId(): string {
  return `part-${++ids}`;
}

/** Shows a message, or none. */
export function showMessage(where: HTMLElement, text: string): void {
  where.hidden = text === '';
  setText(where, text);
}
