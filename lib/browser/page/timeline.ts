import type { Second } from '../../web/api';
import { byId, typedById } from '../flamegraph/elements';
import { clock, lasting, percent } from './format';
import { setText } from './rows';
import type { Session } from './session';
import { busyOf, endOf, paintStrip, stretchOf, type Stretch, type StripColours } from './strip-paint';

/** A span of time, on whole seconds where there are some. */
export interface Span {
  readonly fromMillis: number;
  readonly toMillis: number;
}

/** The span that ends now, and moves on. */
export interface LastSeconds {
  readonly lastMillis: number;
}

const SECOND = 1000;
const KEY_STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};
/** A pointer that moved less has clicked. */
const CLICK_PIXELS = 4;
/** Who holds a key down is not asked about each step. */
const KEY_REST_MILLIS = 300;

/** The last minutes by second, and the span that is picked of them. */
export class Timeline {
  readonly #session: Session;
  readonly #onPick: (pick: Span | LastSeconds | undefined) => void;
  readonly #strip = byId('strip');
  readonly #canvas = typedById('seconds', HTMLCanvasElement);
  readonly #context: CanvasRenderingContext2D;
  readonly #picked = byId('picked');
  readonly #tip = byId('strip-tip');
  readonly #handles = { from: byId('span-from'), to: byId('span-to') } as const;
  #stretch: Stretch;
  /** While it is being picked, before anyone is asked about it. */
  #draft: Span | undefined;
  #anchor: { readonly millis: number; readonly left: number; readonly isHandle: boolean } | undefined;
  #rest = 0;

  constructor(session: Session, onPick: (pick: Span | LastSeconds | undefined) => void) {
    const context = this.#canvas.getContext('2d');
    if (context === null) throw new Error('The browser has no canvas');
    this.#context = context;
    this.#session = session;
    this.#onPick = onPick;
    this.#stretch = stretchOf([], session.nowMillis, 0);
    new ResizeObserver(() => this.show()).observe(this.#strip);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.show());
    this.#listenToPointer();
    this.#listenToKeys();
    byId('span-ten').addEventListener('click', () => this.#pickLast(10));
    byId('span-minute').addEventListener('click', () => this.#pickLast(60));
    byId('span-all').addEventListener('click', () => {
      this.#pick(undefined);
      // It is of no use any more, and would take the focus with it.
      byId('span-ten').focus();
    });
  }

  /** Draws what is known now. */
  show(): void {
    const { clientWidth: width, clientHeight: height } = this.#strip;
    if (width === 0) return;
    // Under a pointer that picks, time stands still.
    if (this.#anchor === undefined) {
      this.#stretch = stretchOf(this.#session.seconds, this.#session.nowMillis, width);
    }
    const density = window.devicePixelRatio;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#context.setTransform(density, 0, 0, density, 0, 0);
    paintStrip(this.#context, { width, height }, this.#session.seconds, this.#stretch, coloursOf(this.#strip), this.#threads());
    this.#showSpan();
  }

  /** How many can be at work at once; those that ended first are told of together. */
  #threads(): number {
    const threads = this.#session.status?.threads ?? [];
    return threads.some(({ id }) => id < 0) ? Infinity : Math.max(1, threads.length);
  }

  /** The seconds that a span touches. Of one that is not over yet they are still to
   * come. */
  around({ fromMillis, toMillis }: Span): Span {
    const whole = this.#whole(fromMillis, toMillis);
    if (this.#secondAt(toMillis) !== undefined) return whole;
    return { ...whole, toMillis: whole.toMillis + 2 * SECOND };
  }

  #span(): Span | undefined {
    if (this.#draft !== undefined) return this.#draft;
    const { fromMillis, toMillis } = this.#session.selection;
    return fromMillis === undefined || toMillis === undefined ? undefined : { fromMillis, toMillis };
  }

  #showSpan(): void {
    const span = this.#span();
    const { fromMillis, toMillis } = this.#stretch;
    const part = (millis: number): number =>
      Math.min(1, Math.max(0, (millis - fromMillis) / (toMillis - fromMillis))) * 100;
    const left = part(span?.fromMillis ?? fromMillis);
    const right = part(span?.toMillis ?? toMillis);
    this.#picked.hidden = span === undefined;
    this.#picked.style.left = `${left}%`;
    this.#picked.style.right = `${100 - right}%`;
    this.#handles.from.style.left = `${left}%`;
    this.#handles.to.style.left = `${right}%`;
    this.#strip.classList.toggle('has-span', span !== undefined);
    this.#describe('from', span?.fromMillis ?? fromMillis);
    this.#describe('to', span?.toMillis ?? toMillis);
    setText(byId('span-text'), span === undefined ? this.#textOfAll() : this.#textOf(span));
    typedById('span-all', HTMLButtonElement).disabled = span === undefined;
    const followed = this.#draft === undefined ? this.#session.followedMillis : 0;
    byId('span-ten').setAttribute('aria-pressed', String(followed === 10 * SECOND));
    byId('span-minute').setAttribute('aria-pressed', String(followed === 60 * SECOND));
    // Each second it is another: that is no news.
    byId('span-text').setAttribute('aria-live', followed > 0 ? 'off' : 'polite');
  }

  #describe(which: 'from' | 'to', millis: number): void {
    const handle = this.#handles[which];
    const { fromMillis, toMillis } = this.#stretch;
    const values = {
      'aria-valuemin': '0',
      'aria-valuemax': String(Math.round((toMillis - fromMillis) / SECOND)),
      'aria-valuenow': String(Math.max(0, Math.round((millis - fromMillis) / SECOND))),
      // With a span it stands still, though its seconds wander: readers stay quiet.
      'aria-valuetext': this.#span() === undefined ? 'no span is picked' : clock(millis),
    };
    for (const [name, value] of Object.entries(values)) {
      if (handle.getAttribute(name) !== value) handle.setAttribute(name, value);
    }
  }

  #textOfAll(): string {
    return 'everything since the counts began';
  }

  #textOf({ fromMillis, toMillis }: Span): string {
    const seconds = this.#session.seconds.filter(
      (second) => endOf(second) > fromMillis && second.atMillis < toMillis,
    );
    const duration = seconds.reduce((sum, each) => sum + each.durationMillis, 0);
    const busy = seconds.reduce((sum, each) => sum + each.busyMillis + each.gcMillis, 0);
    const times = `${clock(fromMillis)} – ${clock(toMillis)} (${lasting(toMillis - fromMillis + 1)})`;
    if (duration > 0) return `${times}, ${percent((busy / duration) * 100)} busy`;
    return `${times}, nothing was sampled`;
  }

  #pick(span: Span | LastSeconds | undefined): void {
    this.#draft = undefined;
    clearTimeout(this.#rest);
    this.#onPick(span);
    this.show();
  }

  #pickLast(count: number): void {
    this.#pick({ lastMillis: count * SECOND });
  }

  /** The second that is at a place, where there is one. */
  #secondAt(millis: number): Second | undefined {
    return this.#session.seconds.find((each) => millis >= each.atMillis && millis < endOf(each));
  }

  #millisAt(clientX: number): number {
    const { left, width } = this.#strip.getBoundingClientRect();
    const { fromMillis, toMillis } = this.#stretch;
    const part = Math.min(1, Math.max(0, (clientX - left) / width));
    return fromMillis + part * (toMillis - fromMillis);
  }

  /** Rounded outwards, to where seconds begin and end. */
  #whole(a: number, b: number): Span {
    const [from, to] = a < b ? [a, b] : [b, a];
    const [first, last] = [this.#secondAt(from), this.#secondAt(to)];
    const fromMillis = Math.round(first?.atMillis ?? from);
    const toMillis = Math.round(last === undefined ? to : endOf(last));
    return { fromMillis, toMillis: Math.max(toMillis, fromMillis + SECOND) };
  }

  #listenToPointer(): void {
    const strip = this.#strip;
    strip.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      strip.setPointerCapture(event.pointerId);
      const span = this.#span();
      // Who takes a handle moves that end: the other one stays.
      const other = event.target === this.#handles.from ? span?.toMillis : span?.fromMillis;
      const isHandle = event.target === this.#handles.from || event.target === this.#handles.to;
      const millis = isHandle && other !== undefined ? other : this.#millisAt(event.clientX);
      this.#anchor = { millis, left: event.clientX, isHandle };
    });
    strip.addEventListener('pointermove', (event) => {
      this.#showTip(event.clientX);
      if (this.#anchor === undefined) return;
      const hasMoved = Math.abs(event.clientX - this.#anchor.left) >= CLICK_PIXELS;
      if (!hasMoved && this.#draft === undefined) return;
      this.#draft = this.#whole(this.#anchor.millis, this.#millisAt(event.clientX));
      this.#showSpan();
    });
    strip.addEventListener('pointerup', (event) => {
      const anchor = this.#anchor;
      if (anchor === undefined) return;
      this.#anchor = undefined;
      if (this.#draft !== undefined) this.#pick(this.#draft);
      else if (!anchor.isHandle) {
        const at = this.#millisAt(event.clientX);
        this.#pick(this.#whole(at, at));
      }
    });
    strip.addEventListener('pointercancel', () => {
      this.#anchor = undefined;
      this.#draft = undefined;
      this.show();
    });
    strip.addEventListener('pointerleave', () => {
      this.#tip.hidden = true;
    });
  }

  #showTip(clientX: number): void {
    const { left, width } = this.#strip.getBoundingClientRect();
    const millis = this.#millisAt(clientX);
    const second = this.#secondAt(millis);
    const first = this.#session.seconds[0]?.atMillis ?? Infinity;
    const what = second === undefined ? (millis < first ? 'before the counts began' : 'no samples') : describeSecond(second);
    setText(this.#tip, `${clock(millis)}  ${what}`);
    this.#tip.hidden = false;
    const x = Math.min(width - this.#tip.offsetWidth, Math.max(0, clientX - left - this.#tip.offsetWidth / 2));
    this.#tip.style.transform = `translateX(${Math.round(x)}px)`;
  }

  #listenToKeys(): void {
    for (const which of ['from', 'to'] as const) {
      this.#handles[which].addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'Escape' && this.#span() !== undefined) {
          event.stopPropagation();
          this.#pick(undefined);
          return;
        }
        const moved = this.#movedBy(which, event.key);
        if (moved === undefined) return;
        event.preventDefault();
        this.#draft = moved;
        this.#showSpan();
        clearTimeout(this.#rest);
        this.#rest = window.setTimeout(() => this.#pick(moved), KEY_REST_MILLIS);
      });
    }
  }

  #movedBy(which: 'from' | 'to', key: string): Span | undefined {
    const stretch = this.#stretch;
    const span = this.#span() ?? {
      fromMillis: Math.max(stretch.fromMillis, this.#session.seconds[0]?.atMillis ?? 0),
      toMillis: stretch.toMillis,
    };
    const step = KEY_STEPS[key];
    if (step === undefined && key !== 'Home' && key !== 'End') return undefined;
    const to = (millis: number): number =>
      step !== undefined ? millis + step * SECOND : key === 'Home' ? stretch.fromMillis : stretch.toMillis;
    if (which === 'from') {
      const fromMillis = Math.min(to(span.fromMillis), span.toMillis - SECOND);
      return { ...span, fromMillis: Math.round(Math.max(stretch.fromMillis, fromMillis)) };
    }
    const toMillis = Math.max(to(span.toMillis), span.fromMillis + SECOND);
    return { ...span, toMillis: Math.round(Math.min(stretch.toMillis, toMillis)) };
  }
}

function describeSecond(second: Second): string {
  const parts = [`${percent(busyOf(second))} busy`];
  if (second.gcMillis > 0 && second.durationMillis > 0) {
    parts.push(`${percent((second.gcMillis / second.durationMillis) * 100)} collecting garbage`);
  }
  if (second.stalled) parts.push('an event loop stood still');
  return parts.join(', ');
}

function coloursOf(element: Element): StripColours {
  // The values of properties are not computed: a probe has them as colours.
  const probe = document.createElement('i');
  element.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    text: colour('soft'),
    line: colour('line'),
    busy: colour('busy'),
    gc: colour('gc'),
    stalled: colour('stalled'),
    paused: colour('line'),
  };
  probe.remove();
  return colours;
}
