import type { RequestTimesAnswer, RequestTimesRow } from '../../web/api';
import { byId, element } from '../flamegraph/elements';
import { grouped, millis, moment, percent } from './format';
import { showMessage } from './parts';
import { Refresher } from './refresher';
import { Rows, setText, setTitle, type Row } from './rows';
import { addressOf } from './server';
import type { Session } from './session';
import type { ViewPart } from './view-part';

/** A column, and what it is sorted by: figures have the largest first. */
interface Column {
  readonly title: string;
  readonly explained: string;
  readonly value: (row: RequestTimesRow) => number | string;
  readonly text?: (row: RequestTimesRow) => string;
}

const columns: readonly Column[] = [
  { title: 'Route', explained: 'By name', value: ({ method, route }) => `${route} ${method}` },
  { title: 'Requests', explained: 'How many were answered, or lost', value: ({ count }) => count, text: ({ count }) => grouped(count) },
  {
    title: 'Errors',
    explained: 'Status 500 and above, or the connection was lost before the end',
    value: ({ errors }) => errors,
    text: ({ errors, count }) => (errors === 0 ? '0' : `${grouped(errors)} (${percent((errors / count) * 100)})`),
  },
  { title: 'Mean', explained: 'Mean time', value: ({ meanMillis }) => meanMillis, text: ({ meanMillis }) => millis(meanMillis) },
  { title: 'p50', explained: 'Half of all took no longer', value: ({ p50Millis }) => p50Millis, text: ({ p50Millis }) => millis(p50Millis) },
  { title: 'p99', explained: '99 of 100 took no longer', value: ({ p99Millis }) => p99Millis, text: ({ p99Millis }) => millis(p99Millis) },
  { title: 'Max', explained: 'The longest', value: ({ maxMillis }) => maxMillis, text: ({ maxMillis }) => millis(maxMillis) },
  {
    title: 'Time in all',
    explained: 'Mean time, times how many',
    value: ({ meanMillis, count }) => meanMillis * count,
    text: ({ meanMillis, count }) => millis(meanMillis * count),
  },
];

const OLD_MILLIS = 2000;

/** The times that requests took, by method and route. */
export class RequestsView implements ViewPart {
  readonly section = byId('view-requests');
  readonly #session: Session;
  readonly #rows: Rows<RequestTimesRow>;
  readonly #refresher: Refresher<RequestTimesAnswer>;
  readonly #heads: HTMLElement[];
  #answer: RequestTimesAnswer | undefined;
  #sortedBy = columns.length - 1;

  constructor(session: Session) {
    this.#session = session;
    const table = byId('requests');
    this.#heads = columns.map(({ title, explained }, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = title;
      button.title = explained;
      button.addEventListener('click', () => {
        this.#sortedBy = index;
        this.#showRows();
      });
      const head = element('th', [button], index === 0 ? '' : 'number');
      head.setAttribute('scope', 'col');
      return head;
    });
    table.querySelector('thead tr')?.append(...this.#heads);
    this.#rows = new Rows(table.querySelector('tbody') as HTMLElement, ({ method, route }) => `${method} ${route}`, makeRow);
    const message = byId('requests-message');
    this.#refresher = new Refresher({
      address: () => addressOf('show_req_times.json'),
      show: (answer) => {
        this.#answer = answer;
        this.#showRows();
      },
      fail: (text) => showMessage(message, text),
    });
  }

  refresh(): void {
    if (this.#session.status?.hasRequestTimes === false) return;
    this.#refresher.refresh(String(this.#session.nowMillis));
  }

  renew(): void {
    this.#refresher.renew(String(this.#session.nowMillis));
  }

  #showRows(): void {
    this.#heads.forEach((head, index) => {
      const order = index !== this.#sortedBy ? 'none' : index === 0 ? 'ascending' : 'descending';
      head.setAttribute('aria-sort', order);
    });
    const answer = this.#answer;
    if (answer === undefined) return;
    const { value } = columns[this.#sortedBy] as Column;
    this.#rows.show(
      answer.routes.toSorted((a, b) => {
        const [x, y] = [value(a), value(b)];
        return typeof x === 'number' ? (y as number) - x : x < (y as string) ? -1 : 1;
      }),
    );
    byId('requests').hidden = answer.routes.length === 0;
    showMessage(byId('requests-message'), answer.routes.length === 0 ? 'No request has ended yet.' : '');
    const old = answer.ageMillis > OLD_MILLIS ? `, ${millis(answer.ageMillis)} old: the main thread does not answer` : '';
    setText(byId('requests-since'), `since ${moment(answer.sinceMillis, this.#session.nowMillis)}${old}`);
  }
}

function makeRow(): Row<RequestTimesRow> {
  const method = element('span', '', 'method');
  const route = element('span', '', 'name');
  const head = element('th', [method, ' ', route]);
  head.setAttribute('scope', 'row');
  const cells = columns.slice(1).map(() => element('td', '', 'number'));
  const row = element('tr', [head, ...cells]);
  return {
    nodes: [row],
    update(item) {
      setText(method, item.method);
      setText(route, item.route);
      setTitle(head, `${item.method} ${item.route}`);
      cells.forEach((cell, index) => setText(cell, columns[index + 1]?.text?.(item) ?? ''));
      row.classList.toggle('has-errors', item.errors > 0);
    },
  };
}
