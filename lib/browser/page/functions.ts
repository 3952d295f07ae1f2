import type { FunctionRow, FunctionsAnswer, LinesAnswer, Sums } from '../../web/api';
import { byId, element, typedById } from '../flamegraph/elements';
import { bounds, grouped, millis, nameOf, percent, placeOf, plural, shortPlace } from './format';
import { NameCell, newId, ShareCell, showMessage } from './parts';
import { Refresher } from './refresher';
import { Rows, setText, type Row } from './rows';
import { addressOf } from './server';
import type { Session } from './session';
import type { ViewPart } from './view-part';

const FIRST_LIMIT = 25;
const MORE_LIMITS = [25, 100, 400];
const TYPING_REST_MILLIS = 200;
/** Of the time, at most a twentieth goes into getting them. */
const REST_FACTOR = 20;

/** The top functions, and the lines of one of them. */
export class FunctionsView implements ViewPart {
  readonly section = byId('view-functions');
  readonly #session: Session;
  readonly #onSums: (sums: Sums) => void;
  readonly #filter = typedById('filter', HTMLInputElement);
  readonly #hides = typedById('hide-internals', HTMLInputElement);
  readonly #more = typedById('more-functions', HTMLButtonElement);
  readonly #rows: Rows<ShownFunction>;
  readonly #functions: Refresher<FunctionsAnswer>;
  readonly #lines: Refresher<LinesAnswer>;
  #sort: 'total' | 'self' = 'total';
  #limit = FIRST_LIMIT;
  #open: FunctionRowView | undefined;
  /** Lines and functions take turns: one request a tick. */
  #isTurnOfLines = false;
  #rest = 0;
  #askedMillis = 0;

  constructor(session: Session, onSums: (sums: Sums) => void) {
    this.#session = session;
    this.#onSums = onSums;
    const body = document.querySelector('#functions tbody') as HTMLElement;
    this.#rows = new Rows(body, keyOf, () => this.#makeRow());
    const message = byId('functions-message');
    this.#functions = new Refresher({
      address: () => this.#address(),
      show: (answer) => this.#show(answer),
      fail: (text) => {
        showMessage(message, text);
        // What was shown is not what is asked for.
        if (text === '') return;
        byId('functions').hidden = true;
        byId('functions-basis').hidden = true;
      },
    });
    this.#lines = new Refresher({
      address: () => this.#linesAddress(),
      show: (answer) => this.#open?.showLines(answer),
      fail: (text) => {
        if (text !== '') this.#open?.showProblem(text);
      },
    });
    this.#listen();
    this.#showSort();
  }

  refresh(): void {
    const tookMillis = Math.max(this.#functions.tookMillis, this.#lines.tookMillis);
    if (performance.now() - this.#askedMillis < tookMillis * REST_FACTOR) return;
    const stamp = this.#session.stamp();
    const [first, second] = this.#isTurnOfLines ? [this.#lines, this.#functions] : [this.#functions, this.#lines];
    this.#isTurnOfLines = !this.#isTurnOfLines;
    if (first.refresh(stamp) || second.refresh(stamp)) this.#askedMillis = performance.now();
  }

  renew(): void {
    this.#askedMillis = performance.now();
    this.#functions.renew(this.#session.stamp());
    if (this.#open !== undefined) this.#lines.renew(this.#session.stamp());
  }

  #address(): string {
    return addressOf('functions.json', {
      sort: this.#sort,
      filter: this.#filter.value.trim(),
      internals: this.#hides.checked ? 'hide' : 'show',
      limit: this.#limit,
      ...this.#session.query(),
    });
  }

  #linesAddress(): string | undefined {
    const open = this.#open?.item;
    if (open === undefined) return undefined;
    const { name, url, line, column } = open;
    return addressOf('lines.json', { name, url, line, column, ...this.#session.query() });
  }

  #makeRow(): FunctionRowView {
    const row = new FunctionRowView(() => {
      const isOpen = this.#open !== row;
      this.#open?.setOpen(false);
      this.#open = isOpen ? row : undefined;
      row.setOpen(isOpen);
      if (isOpen) this.#lines.renew(this.#session.stamp());
    });
    return row;
  }

  #show({ records, totalRecords, sums }: FunctionsAnswer): void {
    const seen = new Map<string, number>();
    for (const each of records) seen.set(looksOf(each), (seen.get(looksOf(each)) ?? 0) + 1);
    this.#rows.show(records.map((each) => ({ ...each, hasTwin: (seen.get(looksOf(each)) ?? 0) > 1 })));
    if (this.#open !== undefined && !this.#open.nodes[0].isConnected) {
      this.#open.setOpen(false);
      this.#open = undefined;
    }
    const count =
      records.length < totalRecords
        ? `${grouped(records.length)} of ${plural(totalRecords, 'function')}`
        : plural(totalRecords, 'function');
    setText(byId('functions-count'), `${count}, ${plural(sums.samples, 'sample')}`);
    const isMost = this.#limit >= (MORE_LIMITS.at(-1) as number);
    this.#more.hidden = records.length >= totalRecords || isMost;
    showMessage(byId('functions-message'), records.length > 0 ? '' : this.#whyEmpty(sums));
    byId('functions').hidden = records.length === 0;
    setText(byId('functions-basis'), basisOf(sums));
    byId('functions-basis').hidden = records.length === 0;
    this.#onSums(sums);
  }

  #whyEmpty({ samples }: Sums): string {
    const { fromMillis } = this.#session.selection;
    if (samples > 0) {
      if (this.#filter.value.trim() !== '') return 'No function has this in its name or place.';
      return 'All samples are of what Node.js does by itself. Show Node internals to see them.';
    }
    if (fromMillis !== undefined) return 'There are no samples at work in this span.';
    return this.#session.status?.isPaused === true
      ? 'There are no samples. Run the profiler, and the functions that take the time appear here.'
      : 'There are no samples yet. They come as soon as the program has something to do.';
  }

  #listen(): void {
    const renew = (): void => this.renew();
    this.#filter.addEventListener('input', () => {
      clearTimeout(this.#rest);
      this.#rest = window.setTimeout(renew, TYPING_REST_MILLIS);
    });
    this.#hides.addEventListener('change', renew);
    this.#more.addEventListener('click', () => {
      this.#limit = MORE_LIMITS.find((limit) => limit > this.#limit) ?? this.#limit;
      renew();
    });
    for (const sort of ['total', 'self'] as const) {
      byId(`sort-${sort}`).addEventListener('click', () => {
        this.#sort = sort;
        this.#showSort();
        renew();
      });
    }
    document.addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || this.section.hidden) return;
      event.preventDefault();
      this.#filter.select();
    });
  }

  #showSort(): void {
    for (const sort of ['total', 'self'] as const) {
      byId(`sort-${sort}`).parentElement?.setAttribute('aria-sort', sort === this.#sort ? 'descending' : 'none');
    }
  }
}

/** A function that may have one beside it that looks the same: of its name and line. */
interface ShownFunction extends FunctionRow {
  readonly hasTwin: boolean;
}

function looksOf(row: FunctionRow): string {
  return `${nameOf(row)} ${shortPlace(row)}`;
}

/** What shares are of; and what of it no row stands for. */
function basisOf({ busyMillis, gcMillis }: Sums): string {
  const basis = 'Shares are of the samples at work, with the bounds of the true share in 95 % of cases';
  const atWork = busyMillis + gcMillis;
  if (!(gcMillis > 0 && atWork > 0)) return `${basis}.`;
  return `${basis}. In no function: (garbage collector) ${percent((gcMillis / atWork) * 100)} of the time at work.`;
}

function keyOf({ name, url, line, column }: FunctionRow): string {
  return [url, line, column, name].join(' ');
}

/** The row of a function, and the one below it with its lines. */
class FunctionRowView implements Row<ShownFunction> {
  readonly nodes: readonly [HTMLElement, HTMLElement];
  readonly #name: NameCell;
  readonly #total = new ShareCell();
  readonly #self = new ShareCell();
  readonly #samples = element('td', '', 'number');
  readonly #wall = element('td', '', 'number wide');
  readonly #cpu = element('td', '', 'number wide');
  readonly #place = element('p', '', 'place');
  readonly #message = element('p', 'Looking …', 'soft');
  readonly #table: HTMLElement;
  readonly #lines: Rows<LinesAnswer['lines'][number]>;
  #item: FunctionRow | undefined;

  constructor(onClick: () => void) {
    const details = element('tr', '', 'details');
    details.id = newId();
    details.hidden = true;
    this.#name = new NameCell(details);
    const cells = [this.#name.cell, this.#total.cell, this.#self.cell, this.#samples, this.#wall, this.#cpu];
    const row = element('tr', cells, 'row');
    row.addEventListener('click', ({ target }) => {
      const { anchorNode, isCollapsed } = getSelection() ?? {};
      // Who selects a name to copy it wants no more than that.
      if (isCollapsed === false && row.contains(anchorNode ?? null) && target !== this.#name.button) return;
      onClick();
    });
    const body = element('tbody', '');
    const heads = ['Line', 'Own samples', ''].map((text) => {
      const head = element(text === '' ? 'td' : 'th', text, text === '' ? 'share' : 'number');
      if (text !== '') head.setAttribute('scope', 'col');
      return head;
    });
    this.#table = element('table', [element('thead', [element('tr', heads)]), body], 'lines');
    this.#table.hidden = true;
    this.#lines = new Rows(body, ({ line }) => String(line), makeLine);
    const cell = element('td', [this.#place, this.#message, this.#table]) as HTMLTableCellElement;
    cell.colSpan = cells.length;
    details.append(cell);
    this.nodes = [row, details];
  }

  get item(): FunctionRow | undefined {
    return this.#item;
  }

  update(item: ShownFunction): void {
    this.#item = item;
    this.#name.show(item, item.hasTwin);
    const { share, shareInterval, selfShare, selfShareInterval } = item;
    this.#total.show(share, { figure: percent(share), bounds: bounds(shareInterval) }, shareInterval);
    this.#self.show(selfShare, { figure: percent(selfShare), bounds: bounds(selfShareInterval) }, selfShareInterval);
    setText(this.#samples, grouped(item.hits));
    setText(this.#wall, millis(item.wallMillis));
    setText(this.#cpu, millis(item.cpuMillis));
    setText(this.#place, placeOf(item));
  }

  setOpen(isOpen: boolean): void {
    this.#name.isOpen = isOpen;
    this.nodes[0].classList.toggle('is-open', isOpen);
    this.nodes[1].hidden = !isOpen;
  }

  showLines({ lines }: LinesAnswer): void {
    this.#table.hidden = lines.length === 0;
    setText(this.#message, lines.length > 0 ? '' : 'No sample was taken in a line of this function itself, only in what it calls.');
    this.#message.hidden = lines.length > 0;
    this.#lines.show(lines);
  }

  showProblem(text: string): void {
    this.#message.hidden = false;
    setText(this.#message, text);
  }
}

function makeLine(): Row<LinesAnswer['lines'][number]> {
  const line = element('th', '', 'number');
  line.setAttribute('scope', 'row');
  const hits = element('td', '', 'number');
  const share = new ShareCell();
  return {
    nodes: [element('tr', [line, hits, share.cell])],
    update(item) {
      setText(line, item.line > 0 ? String(item.line) : 'unknown');
      setText(hits, grouped(item.hits));
      share.show(item.share, { figure: percent(item.share) });
    },
  };
}
