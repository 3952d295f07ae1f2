import type { FlameValue } from '../../export/flame-data';
import { Colours, dark, light, type ColourBy } from './colours';
import { describe, summarize } from './describe';
import { byId, typedById } from './elements';
import { heightOf, nodeAt, paint, ROW, topOf, type Scene } from './paint';
import { followPath, pathTo } from './path';
import { isMatch, type Found } from './search';
import type { Source } from './source';
import type { View } from './view';

const ZOOM_MILLIS = 160;
/** Where arrows lead: frames thinner than this cannot be seen. */
const SEEN_PIXELS = 0.7;
/** Printed pages are as wide as this, and no longer than that. */
const PRINT_WIDTH = 1040;
const PRINT_HEIGHT = 6000;

export interface Look {
  readonly value: FlameValue;
  readonly isInverted: boolean;
  readonly colourBy: ColourBy;
  readonly isDark: boolean;
  readonly growsUp: boolean;
}

/** The flame graph itself: what is drawn, zoom, focus, pointer and keys. */
export class Graph {
  readonly #box = byId('graph');
  readonly #canvas = typedById('canvas', HTMLCanvasElement);
  readonly #space = byId('space');
  readonly #tip = byId('tip');
  readonly #detail = byId('detail');
  readonly #context: CanvasRenderingContext2D;
  readonly #onZoom: (isZoomed: boolean) => void;
  #source: Source;
  #view: View;
  #look: Look;
  #colours: Colours;
  #found: Found | null = null;
  /** The part of the tree that is drawn, and the one that a zoom leads to. */
  #from = 0;
  #to = 1;
  #goalFrom = 0;
  #goalTo = 1;
  #zoomed = 0;
  #focused = 0;
  #hovered = -1;
  #isPrinting = false;
  #frameAsked = 0;

  constructor(source: Source, view: View, look: Look, onZoom: (isZoomed: boolean) => void) {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('The browser has no canvas');
    this.#context = context;
    this.#source = source;
    this.#view = view;
    this.#look = look;
    this.#colours = new Colours(source, view, look.colourBy, look.isDark);
    this.#onZoom = onZoom;
    this.#listen();
  }

  get colours(): Colours {
    return this.#colours;
  }

  /** Shows another tree: zoom and focus begin anew. */
  show(view: View, look: Look): void {
    this.#view = view;
    this.#zoomed = 0;
    this.#focused = 0;
    this.#hovered = -1;
    this.#from = this.#goalFrom = 0;
    this.#to = this.#goalTo = 1;
    this.#hideTip();
    this.#onZoom(false);
    this.restyle(look);
    this.#scrollToRoot();
  }

  /** Shows newer counts: zoom, focus and what is pointed at stay where their
   * stacks still are, or with the callers of these. */
  update(source: Source, view: View, look: Look): void {
    const moved = (node: number): number =>
      node < 0 ? -1 : followPath(source, view, pathTo(this.#source, this.#view, node));
    const [zoomed, focused] = [moved(this.#zoomed), moved(this.#focused)];
    this.#source = source;
    this.#view = view;
    this.#zoomed = zoomed;
    this.#focused = focused;
    this.#hovered = -1;
    this.#hideTip();
    if (zoomed >= 0) {
      this.#from = this.#goalFrom = view.x[zoomed] as number;
      this.#to = this.#goalTo = this.#from + (view.width[zoomed] as number);
      // A view of nothing has no width.
      if (this.#to <= this.#from) [this.#to, this.#goalTo] = [this.#from + 1, this.#from + 1];
    }
    this.#onZoom(this.isZoomed);
    this.restyle(look);
  }

  /** Shows the same tree in another way. */
  restyle(look: Look): void {
    const turned = look.growsUp !== this.#look.growsUp;
    this.#look = look;
    this.#colours = new Colours(this.#source, this.#view, look.colourBy, look.isDark);
    this.resize();
    if (turned) this.#scrollToRoot();
  }

  highlight(found: Found | null): void {
    this.#found = found;
    this.#draw();
  }

  focusFirstMatch(): void {
    if (this.#nextMatch(0, 1)) this.#box.focus();
  }

  /** Zooms to a node; to the first, it shows all. */
  zoomTo(node: number): void {
    this.#zoomed = node;
    this.#onZoom(node !== 0);
    this.#hideTip();
    const from = this.#view.x[node] as number;
    const to = from + (this.#view.width[node] as number);
    this.#animate(from, to);
  }

  get isZoomed(): boolean {
    return this.#goalFrom > 0 || this.#goalTo < 1;
  }

  setPrinting(isPrinting: boolean): void {
    if (this.#isPrinting === isPrinting) return;
    this.#isPrinting = isPrinting;
    this.#hideTip();
    const look = { ...this.#look, isDark: isPrinting ? false : this.#look.isDark };
    this.#colours = new Colours(this.#source, this.#view, look.colourBy, look.isDark);
    this.resize();
  }

  /** Fits the canvas to its box, and draws at once. */
  resize(): void {
    const { width, height } = this.#size();
    const density = this.#isPrinting ? 2 : window.devicePixelRatio;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#space.style.height = `${Math.max(0, heightOf(this.#view) - height)}px`;
    this.#context.setTransform(density, 0, 0, density, 0, 0);
    this.#paint();
  }

  #size(): { width: number; height: number } {
    const whole = heightOf(this.#view);
    if (this.#isPrinting) return { width: PRINT_WIDTH, height: Math.min(whole, PRINT_HEIGHT) };
    return { width: Math.max(50, this.#box.clientWidth), height: Math.max(50, this.#box.clientHeight) };
  }

  #scene(): Scene {
    const { width, height } = this.#size();
    const isDark = this.#look.isDark && !this.#isPrinting;
    return {
      source: this.#source,
      view: this.#view,
      colours: this.#colours,
      palette: isDark ? dark : light,
      found: this.#found,
      from: this.#from,
      to: this.#to,
      growsUp: this.#look.growsUp,
      width,
      height,
      scrolled: this.#scrolled(height),
      focused: this.#focused,
      hovered: this.#isPrinting ? -1 : this.#hovered,
      showsFocus: !this.#isPrinting && this.#box.matches(':focus-visible'),
    };
  }

  /** A flame that is lower than its box stands on the ground of it. */
  #scrolled(height: number): number {
    const whole = heightOf(this.#view);
    if (this.#look.growsUp && whole < height) return whole - height;
    return this.#isPrinting ? 0 : this.#box.scrollTop;
  }

  #draw(): void {
    if (this.#frameAsked !== 0) return;
    this.#frameAsked = requestAnimationFrame(() => {
      this.#frameAsked = 0;
      this.#paint();
    });
  }

  #paint(): void {
    paint(this.#context, this.#scene());
  }

  #animate(from: number, to: number): void {
    this.#goalFrom = from;
    this.#goalTo = to;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#from = from;
      this.#to = to;
      this.#draw();
      return;
    }
    const startFrom = this.#from;
    const startTo = this.#to;
    const start = performance.now();
    const step = (now: number): void => {
      // Another zoom has taken over.
      if (from !== this.#goalFrom || to !== this.#goalTo) return;
      const part = Math.min(1, Math.max(0, now - start) / ZOOM_MILLIS);
      const eased = 1 - (1 - part) ** 3;
      this.#from = part === 1 ? from : startFrom + (from - startFrom) * eased;
      this.#to = part === 1 ? to : startTo + (to - startTo) * eased;
      this.#paint();
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  #scrollToRoot(): void {
    this.#box.scrollTop = this.#look.growsUp ? this.#box.scrollHeight : 0;
    this.#draw();
  }

  #listen(): void {
    new ResizeObserver(() => {
      if (!this.#isPrinting) this.resize();
    }).observe(this.#box);
    this.#box.addEventListener('scroll', () => {
      this.#hideTip();
      this.#draw();
    });
    this.#box.addEventListener('focus', () => this.#draw());
    this.#box.addEventListener('blur', () => {
      this.#hideTip();
      this.#draw();
    });
    this.#box.addEventListener('keydown', (event) => this.#onKey(event));
    this.#canvas.addEventListener('mousemove', (event) => this.#onMove(event));
    this.#canvas.addEventListener('mouseleave', () => {
      this.#hovered = -1;
      this.#hideTip();
      this.#draw();
    });
    this.#canvas.addEventListener('click', (event) => {
      const node = this.#nodeUnder(event);
      if (node < 0) return;
      this.#focused = node;
      this.#detail.textContent = this.#summary(node);
      // What fills the width already is left by a click on it.
      this.zoomTo(node === this.#zoomed ? Math.max(0, this.#view.parent[node] as number) : node);
    });
    this.#canvas.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
  }

  #nodeUnder(event: MouseEvent): number {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return nodeAt(this.#scene(), event.clientX - left, event.clientY - top);
  }

  #onMove(event: MouseEvent): void {
    const node = this.#nodeUnder(event);
    if (node !== this.#hovered) {
      this.#hovered = node;
      this.#draw();
      if (node >= 0) this.#fillTip(node);
    }
    if (node < 0) this.#hideTip();
    else this.#placeTip(event.clientX + 14, event.clientY + 16, event.clientY - 12);
  }

  /** With Ctrl, as a pinch on a touchpad also says, it zooms about the pointer. */
  #onWheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const { left, width } = this.#canvas.getBoundingClientRect();
    const span = this.#to - this.#from;
    const centre = this.#from + ((event.clientX - left) / width) * span;
    const wanted = Math.min(1, Math.max(1e-6, span * Math.exp(event.deltaY * 0.004)));
    this.#from = Math.max(0, Math.min(1 - wanted, centre - ((centre - this.#from) * wanted) / span));
    this.#to = this.#from + wanted;
    this.#goalFrom = this.#from;
    this.#goalTo = this.#to;
    this.#zoomed = wanted === 1 ? 0 : -1;
    this.#onZoom(wanted < 1);
    this.#draw();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const up = this.#look.growsUp ? 'ArrowDown' : 'ArrowUp';
    const down = this.#look.growsUp ? 'ArrowUp' : 'ArrowDown';
    const node = this.#focused;
    if (event.key === up) this.#focusOn(this.#view.parent[node] as number);
    else if (event.key === down) this.#focusOn(this.#firstChild(node));
    else if (event.key === 'ArrowRight') this.#focusOn(this.#beside(node, 1));
    else if (event.key === 'ArrowLeft') this.#focusOn(this.#beside(node, -1));
    else if (event.key === 'Home') this.#focusOn(0);
    else if (event.key === 'Enter' || event.key === ' ') this.zoomTo(node);
    else if (event.key === 'n') this.#nextMatch(node + 1, 1);
    else if (event.key === 'N') this.#nextMatch(node - 1, -1);
    else return;
    event.preventDefault();
  }

  #firstChild(node: number): number {
    // Children stand right behind their parents, the widest first.
    return (this.#view.end[node] as number) > node + 1 ? node + 1 : -1;
  }

  /** The next node to the left or the right on the same level. */
  #beside(node: number, step: 1 | -1): number {
    const { depth, length, width, x } = this.#view;
    const pixel = (this.#goalTo - this.#goalFrom) / this.#size().width;
    for (let other = node + step; other > 0 && other < length; other += step) {
      if (depth[other] !== depth[node]) continue;
      const start = x[other] as number;
      const end = start + (width[other] as number);
      const inSight = Math.min(end, this.#goalTo) - Math.max(start, this.#goalFrom);
      if (inSight >= pixel * SEEN_PIXELS) return other;
      if (inSight <= 0) return -1;
    }
    return -1;
  }

  #nextMatch(from: number, step: 1 | -1): boolean {
    const found = this.#found;
    if (found === null) return false;
    const { length } = this.#view;
    for (let count = 0; count < length; count++) {
      const node = (((from + step * count) % length) + length) % length;
      if (!isMatch(this.#view, found, node)) continue;
      if (!this.#isInWindow(node)) this.zoomTo(0);
      this.#focusOn(node);
      return true;
    }
    return false;
  }

  #isInWindow(node: number): boolean {
    const start = this.#view.x[node] as number;
    return start >= this.#goalFrom - 1e-12 && start < this.#goalTo;
  }

  #focusOn(node: number): void {
    if (node < 0) return;
    this.#focused = node;
    const { growsUp } = this.#look;
    const { height } = this.#size();
    const top = topOf(this.#view, node, growsUp);
    if (top < this.#box.scrollTop) this.#box.scrollTop = top;
    if (top + ROW > this.#box.scrollTop + height) this.#box.scrollTop = top + ROW - height;
    this.#detail.textContent = this.#summary(node);
    this.#draw();
    this.#fillTip(node);
    const { left, top: canvasTop } = this.#canvas.getBoundingClientRect();
    const y = canvasTop + top - this.#scrolled(height);
    const span = this.#goalTo - this.#goalFrom;
    const part = ((this.#view.x[node] as number) - this.#goalFrom) / span;
    const x = left + Math.max(0, part) * this.#size().width;
    this.#placeTip(x + 8, y + ROW + 6, y - 6);
  }

  #summary(node: number): string {
    return summarize(this.#source, this.#view, node, this.#look.value);
  }

  #fillTip(node: number): void {
    const { value, isInverted } = this.#look;
    this.#tip.replaceChildren(...describe(this.#source, this.#view, node, value, isInverted));
    this.#tip.hidden = false;
  }

  /** Below `top`, or above `bottom` where there is no room, within the window. */
  #placeTip(left: number, top: number, bottom: number): void {
    this.#tip.hidden = false;
    const { offsetWidth, offsetHeight } = this.#tip;
    const x = Math.max(8, Math.min(left, window.innerWidth - offsetWidth - 8));
    const fits = top + offsetHeight + 8 <= window.innerHeight;
    const y = fits ? top : Math.max(8, bottom - offsetHeight);
    this.#tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
  }
}
