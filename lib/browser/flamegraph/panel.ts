import type { FlameData, FlameValue } from '../../export/flame-data';
import type { ColourBy } from './colours';
import { byId, element, fillChoices, typedById } from './elements';
import { amount, bounds, percent, points } from './format';
import { Graph, type Look } from './graph';
import { countMatches, search } from './search';
import { Source } from './source';
import { buildView, shareOf, type Settings, type View } from './view';

const valueNames = { samples: 'samples', wall: 'wall time', cpu: 'CPU time' };

/** The flame graph with its tools: what `graph.html` has room for. */
export class FlamePanel {
  readonly #isDark: () => boolean;
  readonly #input = typedById('search', HTMLInputElement);
  readonly #reset = typedById('reset', HTMLButtonElement);
  readonly #value = typedById('value', HTMLSelectElement);
  readonly #thread = typedById('thread', HTMLSelectElement);
  readonly #colour = typedById('colour', HTMLSelectElement);
  readonly #graph: Graph;
  #source: Source;
  #settings: Settings;
  #colourBy: ColourBy;
  #growsUp = false;
  #view: View;

  /**
   * @param isDark asked whenever it draws
   * @param hidesInternals how it begins
   */
  constructor(data: FlameData, isDark: () => boolean, hidesInternals = false) {
    this.#isDark = isDark;
    this.#source = new Source(data);
    this.#settings = {
      value: data.values[0] ?? 'samples',
      thread: 'apart',
      inverted: false,
      hidesInternals,
      showsIdle: false,
    };
    this.#colourBy = this.#source.isDiff ? 'change' : 'package';
    this.#view = buildView(this.#source, this.#settings);
    this.#graph = new Graph(this.#source, this.#view, this.#look(), (isZoomed) => {
      this.#reset.disabled = !isZoomed;
    });
    byId('internals').setAttribute('aria-pressed', String(hidesInternals));
    this.#fillChoices();
    this.#listen();
    this.#listenToKeys();
    this.#showLegend();
    this.#graph.resize();
    this.#listenToPrinter();
  }

  /** Shows newer data: zoom, focus, search and choices stay as far as they can. */
  update(data: FlameData): void {
    const name = this.#threadName();
    this.#source = new Source(data);
    const { value } = this.#settings;
    this.#settings = {
      ...this.#settings,
      value: data.values.includes(value) ? value : (data.values[0] ?? 'samples'),
      thread: typeof name === 'string' ? this.#threadOf(name) : name.thread,
    };
    if (this.#colourBy === 'thread' && data.threads.length < 2) this.#colourBy = 'package';
    this.#fillChoices();
    this.#view = buildView(this.#source, this.#settings);
    this.#graph.update(this.#source, this.#view, this.#look());
    this.#showMatches();
    this.#showLegend();
  }

  /** Draws anew, in other colours. */
  restyle(): void {
    this.#graph.restyle(this.#look());
    this.#showLegend();
  }

  #look(): Look {
    const { value, inverted } = this.#settings;
    return {
      value,
      isInverted: inverted,
      colourBy: this.#colourBy,
      isDark: this.#isDark(),
      growsUp: this.#growsUp,
    };
  }

  #change(changed: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...changed };
    this.#view = buildView(this.#source, this.#settings);
    this.#graph.show(this.#view, this.#look());
    this.#showMatches();
    this.#showLegend();
  }

  /** Threads keep their names when their numbers change. */
  #threadName(): string | { thread: 'apart' | 'merged' } {
    const { thread } = this.#settings;
    return typeof thread === 'number' ? this.#source.threadName(thread) : { thread };
  }

  #threadOf(name: string): Settings['thread'] {
    const index = this.#source.data.threads.findIndex((_, at) => this.#source.threadName(at) === name);
    return index < 0 ? 'apart' : index;
  }

  /** The share of all samples, or time, whose stacks have a match. */
  #showMatches(): void {
    const found = search(this.#source, this.#input.value);
    this.#graph.highlight(found);
    const text = found === null ? '' : this.#matchText(found.frames, countMatches(this.#view, found));
    byId('matches').textContent =
      found?.isBroken === true ? `not a regular expression; as it stands: ${text}` : text;
  }

  #matchText(frames: number, counts: readonly number[]): string {
    const shares = this.#view.sides.map((side, index) => shareOf(side, counts[index] ?? 0));
    const [first, second] = shares;
    const functions = `${amount(frames, 'samples')} ${frames === 1 ? 'function' : 'functions'}`;
    if (first === undefined) return functions;
    if (second !== undefined) {
      const grown = points(second.share - first.share);
      return `${percent(first.share)} → ${percent(second.share)} (${grown} points), ${functions}`;
    }
    const { value } = this.#settings;
    const counted = value === 'samples' ? 'samples' : `${value} time`;
    return `${percent(first.share)} of ${counted} (${bounds(first)}), ${functions}`;
  }

  #showLegend(): void {
    const legend = byId('legend');
    const held = [...legend.querySelectorAll('button')].find((each) => each === document.activeElement);
    legend.replaceChildren(
      ...this.#graph.colours.legend(this.#settings.inverted).map((entry) => {
        // A canvas is printed as it is, where browsers leave backgrounds out.
        const swatch = document.createElement('canvas');
        swatch.width = swatch.height = 1;
        const context = swatch.getContext('2d');
        if (context !== null) {
          context.fillStyle = entry.colour;
          context.fillRect(0, 0, 1, 1);
        }
        const label =
          entry.search === undefined ? element('span', entry.label) : this.#legendButton(entry.label);
        const parts: Node[] = [swatch, label];
        if (entry.share !== undefined) {
          parts.push(element('span', `self ${percent(entry.share)}`, 'share'));
        }
        return element('li', parts);
      }),
    );
    if (held !== undefined) {
      [...legend.querySelectorAll('button')].find((each) => each.textContent === held.textContent)?.focus();
    }
  }

  #legendButton(label: string): HTMLElement {
    const button = element('button', label) as HTMLButtonElement;
    button.type = 'button';
    button.title = 'Search for it';
    button.addEventListener('click', () => {
      this.#input.value = this.#input.value === label ? '' : label;
      this.#showMatches();
    });
    return button;
  }

  #fillChoices(): void {
    const { data, isDiff } = this.#source;
    fillChoices(this.#value, data.values.map((name) => [name, valueNames[name]] as const));
    this.#value.value = this.#settings.value;

    const each = data.threads.map((_, index) => [String(index), this.#source.threadName(index)] as const);
    const all = [['apart', 'all, side by side'], ['merged', 'all, merged']] as const;
    fillChoices(this.#thread, each.length > 1 ? [...all, ...each] : []);
    this.#thread.value = String(this.#settings.thread);

    const kinds: [ColourBy, string][] = [['package', 'by package']];
    if (data.threads.length > 1) kinds.push(['thread', 'by thread']);
    if (isDiff) kinds.unshift(['change', 'by change']);
    fillChoices(this.#colour, kinds);
    this.#colour.value = this.#colourBy;
  }

  #listen(): void {
    this.#value.addEventListener('change', () => this.#change({ value: this.#value.value as FlameValue }));
    this.#thread.addEventListener('change', () => {
      const chosen = this.#thread.value;
      this.#change({ thread: chosen === 'apart' || chosen === 'merged' ? chosen : Number(chosen) });
    });
    this.#colour.addEventListener('change', () => {
      this.#colourBy = this.#colour.value as ColourBy;
      this.restyle();
    });
    toggle('flame', (isOn) => {
      this.#growsUp = isOn;
      this.restyle();
    });
    toggle('inverted', (inverted) => this.#change({ inverted }));
    toggle('internals', (hidesInternals) => this.#change({ hidesInternals }));
    toggle('idle', (showsIdle) => this.#change({ showsIdle }));
    this.#reset.addEventListener('click', () => this.#graph.zoomTo(0));
  }

  #listenToKeys(): void {
    this.#input.addEventListener('input', () => this.#showMatches());
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#graph.focusFirstMatch();
    });
    document.addEventListener('keydown', (event) => {
      // Another view of the page may be shown.
      if (!this.#input.checkVisibility()) return;
      const { target } = event;
      const isTyping = target instanceof HTMLInputElement;
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        this.#input.focus();
        this.#input.select();
      } else if (event.key === 'Escape') {
        this.#back();
      }
    });
  }

  /** The zoom goes first, then the search. */
  #back(): void {
    if (document.activeElement !== this.#input && this.#graph.isZoomed) {
      this.#graph.zoomTo(0);
    } else {
      this.#input.value = '';
      this.#showMatches();
      if (document.activeElement === this.#input) byId('graph').focus();
    }
  }

  /** Browsers tell it in one of two ways; some only when it is too late to draw. */
  #listenToPrinter(): void {
    matchMedia('print').addEventListener('change', ({ matches }) => this.#graph.setPrinting(matches));
    window.addEventListener('beforeprint', () => this.#graph.setPrinting(true));
    window.addEventListener('afterprint', () => this.#graph.setPrinting(false));
  }
}

function toggle(id: string, turn: (isOn: boolean) => void): void {
  const button = byId(id);
  button.addEventListener('click', () => {
    const isOn = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isOn));
    turn(isOn);
  });
}
