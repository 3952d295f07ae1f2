import type { Second, Selection, Status, Tick } from '../../web/api';

/** How many seconds are kept here: what the timeline can show. */
const KEPT_SECONDS = 900;

/** What the page knows of the launcher, and what its reader has chosen. */
export class Session {
  #status: Status | undefined;
  #seconds = new Map<number, Second>();
  #sorted: readonly Second[] = [];
  #selection: Selection;
  /** How long the span is that ends now, whenever that is; 0: it stands still. */
  #followedMillis = 0;

  constructor() {
    this.#selection = selectionIn(location.search);
  }

  get status(): Status | undefined {
    return this.#status;
  }

  /** In the order of time. */
  get seconds(): readonly Second[] {
    return this.#sorted;
  }

  get selection(): Selection {
    return this.#selection;
  }

  /** The server's clock, as last heard. */
  get nowMillis(): number {
    return this.#status?.nowMillis ?? Date.now();
  }

  /** @returns whether the counts began anew, so that what is shown is of others */
  take({ status, seconds }: Tick): boolean {
    const isNew = this.#status !== undefined && this.#status.epoch !== status.epoch;
    if (isNew) {
      this.#seconds.clear();
      this.select({});
    }
    this.#status = status;
    // After a reconnection some come again.
    for (const second of seconds) this.#seconds.set(second.atMillis, second);
    this.#sorted = [...this.#seconds.values()]
      .sort((a, b) => a.atMillis - b.atMillis)
      .slice(-KEPT_SECONDS);
    this.#seconds = new Map(this.#sorted.map((second) => [second.atMillis, second]));
    this.#move();
    return isNew;
  }

  /** After a change that was asked for here. */
  takeStatus(status: Status): boolean {
    return this.take({ status, seconds: [], skipped: 0 });
  }

  select(selection: Selection): void {
    this.#selection = selection;
    this.#followedMillis = 0;
  }

  /** Another thread, in the same span. */
  selectThread(thread: number | undefined): void {
    this.#selection = { ...this.#selection, thread };
  }

  /** Selects what was last, which moves on with time. */
  follow(millis: number): void {
    this.#followedMillis = millis;
    this.#move();
  }

  get followedMillis(): number {
    return this.#followedMillis;
  }

  #move(): void {
    if (this.#followedMillis === 0) return;
    const last = this.#sorted.at(-1);
    const toMillis = Math.round(last === undefined ? this.nowMillis : last.atMillis + last.durationMillis);
    this.#selection = { ...this.#selection, fromMillis: toMillis - this.#followedMillis, toMillis };
  }

  /** What of the counts is looked at, for a query. */
  query(): { from: number | undefined; to: number | undefined; thread: number | undefined } {
    const { fromMillis, toMillis, thread } = this.#selection;
    return { from: fromMillis, to: toMillis, thread };
  }

  /** Changes whenever counts can have changed that are selected now. */
  stamp(): string {
    const { epoch, samples, isPaused, sinceMillis, nowMillis } = this.#status ?? {};
    const { toMillis } = this.#selection;
    // The counts of a second may come a little later than the second.
    const isPast = toMillis !== undefined && (nowMillis ?? 0) - toMillis > LATE_MILLIS;
    if (isPast) return `${String(epoch)} past`;
    return `${String(epoch)} ${String(isPaused)} ${String(isPaused ? sinceMillis : nowMillis)} ${String(samples)}`;
  }
}

const LATE_MILLIS = 3000;

/** What a link says is looked at. */
function selectionIn(search: string): Selection {
  const query = new URLSearchParams(search);
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    const value = text === null || text === '' ? NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  };
  const [fromMillis, toMillis, thread] = [number('from'), number('to'), number('thread')];
  const isSpan = fromMillis !== undefined && toMillis !== undefined && fromMillis < toMillis;
  return { ...(isSpan ? { fromMillis, toMillis } : {}), thread };
}
