import type { StallRow, StallsAnswer, ThreadNow } from '../../web/api';
import { byId, element } from '../flamegraph/elements';
import { grouped, lasting, millis, moment, plural } from './format';
import { NameCell, newId, showMessage, StackList } from './parts';
import { Refresher } from './refresher';
import { Rows, setText, type Row } from './rows';
import { addressOf } from './server';
import type { Session } from './session';
import type { Span } from './timeline';
import type { ViewPart } from './view-part';

const UNKNOWN = { name: '(nothing was seen)', url: '', line: 0, column: 0 };

/** What threads do now, and the times in which one did nothing else. */
export class StallsView implements ViewPart {
  readonly section = byId('view-stalls');
  readonly #session: Session;
  readonly #now: Rows<ThreadNow>;
  readonly #stalls: Rows<StallRow>;
  readonly #refresher: Refresher<StallsAnswer>;

  constructor(session: Session, onSpan: (span: Span) => void) {
    this.#session = session;
    this.#now = new Rows(byId('now'), ({ id }) => String(id), makeThread);
    this.#stalls = new Rows(
      document.querySelector('#stalls tbody') as HTMLElement,
      ({ id }) => String(id),
      () => new StallRowView(() => session.nowMillis, onSpan),
    );
    const message = byId('stalls-message');
    this.#refresher = new Refresher({
      address: () => addressOf('stalls.json'),
      show: (answer) => this.#show(answer),
      fail: (text) => showMessage(message, text),
    });
  }

  refresh(): void {
    // A thread that stands still may do so with the same counts.
    this.#refresher.refresh(String(this.#session.nowMillis));
  }

  renew(): void {
    this.#refresher.renew(String(this.#session.nowMillis));
  }

  #show({ stalls, count, now }: StallsAnswer): void {
    this.#now.show(now.toSorted((a, b) => a.id - b.id));
    const isPaused = this.#session.status?.isPaused === true;
    showMessage(
      byId('now-message'),
      now.length > 0 ? '' : isPaused ? 'The profiler is paused: no thread is looked into.' : 'No thread is known.',
    );
    this.#stalls.show(stalls);
    byId('stalls').hidden = stalls.length === 0;
    setText(
      byId('stalls-count'),
      stalls.length < count
        ? `The last ${grouped(stalls.length)} of ${grouped(count)} since the start.`
        : count === 0
          ? 'None since the start.'
          : `${plural(count, 'stall')} since the start.`,
    );
  }
}

const states: Record<ThreadNow['state'], string> = {
  running: 'runs JavaScript',
  waiting: 'waits for events',
  native: 'gives no answer: native code',
};

function makeThread(): Row<ThreadNow> {
  const name = element('b', '');
  const state = element('span', '', 'badge');
  const age = element('span', '', 'soft');
  const stack = new StackList('Stack, the latest call first');
  const rest = element('p', 'It is in no function at this moment.', 'soft');
  const item = element('li', [element('p', [name, ' ', state, ' ', age]), rest, stack.list]);
  return {
    nodes: [item],
    update(thread) {
      item.dataset.state = thread.state;
      setText(name, thread.name === '' ? `thread ${thread.id}` : thread.name);
      setText(state, states[thread.state]);
      const { ageMillis } = thread;
      setText(age, ageMillis === null || ageMillis < 1 ? '' : `last seen ${millis(ageMillis)} ago in`);
      rest.hidden = thread.stack.length > 0;
      stack.show(thread.stack);
      stack.list.hidden = thread.stack.length === 0;
    },
  };
}

/** The row of a stall, and the one below it with its stack. */
class StallRowView implements Row<StallRow> {
  readonly nodes: readonly [HTMLElement, HTMLElement];
  readonly #nowMillis: () => number;
  readonly #name: NameCell;
  readonly #thread = element('td', '');
  readonly #began = element('td', '');
  readonly #lasted = element('td', '', 'number');
  readonly #samples = element('td', '', 'number');
  readonly #share = element('p', '', 'soft');
  readonly #stack = new StackList('Stack, the latest call first');
  #item: StallRow | undefined;

  constructor(nowMillis: () => number, onSpan: (span: Span) => void) {
    this.#nowMillis = nowMillis;
    const details = element('tr', '', 'details');
    details.id = newId();
    details.hidden = true;
    this.#name = new NameCell(details);
    const cells = [this.#name.cell, this.#thread, this.#began, this.#lasted, this.#samples];
    const row = element('tr', cells, 'row');
    row.addEventListener('click', () => {
      details.hidden = !details.hidden;
      this.#name.isOpen = !details.hidden;
      row.classList.toggle('is-open', !details.hidden);
    });
    const span = document.createElement('button');
    span.type = 'button';
    span.textContent = 'Show this span';
    span.title = 'Pick its seconds on the timeline, and show their functions';
    span.addEventListener('click', () => {
      if (this.#item === undefined) return;
      const { startMillis, durationMillis } = this.#item;
      onSpan({
        fromMillis: Math.floor(startMillis),
        toMillis: Math.ceil(startMillis + durationMillis),
      });
    });
    const cell = element('td', [this.#share, this.#stack.list, span]) as HTMLTableCellElement;
    cell.colSpan = cells.length;
    details.append(cell);
    this.nodes = [row, details];
  }

  update(item: StallRow): void {
    this.#item = item;
    this.#name.show(item.hottestStack[0] ?? UNKNOWN);
    setText(this.#thread, item.threadName === '' ? `thread ${item.thread}` : item.threadName);
    setText(this.#began, moment(item.startMillis, this.#nowMillis()));
    setText(this.#lasted, item.ended ? millis(item.durationMillis) : `${lasting(item.durationMillis)}, still`);
    this.nodes[0].classList.toggle('lasts', !item.ended);
    setText(this.#samples, grouped(item.samples));
    const { hottestHits, samples } = item;
    setText(
      this.#share,
      samples > 0 ? `This stack was seen in ${grouped(hottestHits)} of ${plural(samples, 'sample')}, the latest call first:` : 'No sample was taken in it.',
    );
    this.#stack.show(item.hottestStack);
  }
}
