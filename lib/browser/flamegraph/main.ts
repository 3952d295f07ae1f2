import type { FlameData, FlameValue } from '../../export/flame-data';
import type { ColourBy } from './colours';
import { byId, element, fillChoices, typedById } from './elements';
import { amount, bounds, percent, points } from './format';
import { Graph, type Look } from './graph';
import { countMatches, search } from './search';
import { Source } from './source';
import { buildView, shareOf, type Settings, type View } from './view';

type Theme = 'auto' | 'light' | 'dark';

const data = JSON.parse(byId('data').textContent) as FlameData;
const source = new Source(data);
const input = typedById('search', HTMLInputElement);
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const prints = matchMedia('print');

let theme: Theme = 'auto';
let settings: Settings = {
  value: data.values[0] ?? 'samples',
  thread: 'apart',
  inverted: false,
  hidesInternals: false,
  showsIdle: false,
};
let colourBy: ColourBy = source.isDiff ? 'change' : 'package';
let growsUp = false;
let view: View = buildView(source, settings);

function isDark(): boolean {
  return theme === 'auto' ? prefersDark.matches : theme === 'dark';
}

function look(): Look {
  return { value: settings.value, isInverted: settings.inverted, colourBy, isDark: isDark(), growsUp };
}

const reset = typedById('reset', HTMLButtonElement);
const graph = new Graph(source, view, look(), (isZoomed) => {
  reset.disabled = !isZoomed;
});

function change(changed: Partial<Settings>): void {
  settings = { ...settings, ...changed };
  view = buildView(source, settings);
  graph.show(view, look());
  showMatches();
  showLegend();
}

function restyle(): void {
  graph.restyle(look());
  showLegend();
}

/** The share of all samples, or time, whose stacks have a match. */
function showMatches(): void {
  const found = search(source, input.value);
  graph.highlight(found);
  byId('matches').textContent = found === null ? '' : matchText(found.frames, countMatches(view, found));
}

function matchText(frames: number, counts: readonly number[]): string {
  const shares = view.sides.map((side, index) => shareOf(side, counts[index] ?? 0));
  const [first, second] = shares;
  const functions = `${amount(frames, 'samples')} ${frames === 1 ? 'function' : 'functions'}`;
  if (first === undefined) return functions;
  if (second !== undefined) {
    const grown = points(second.share - first.share);
    return `${percent(first.share)} → ${percent(second.share)} (${grown} points), ${functions}`;
  }
  return `${percent(first.share)} of ${whatIsCounted()} (${bounds(first)}), ${functions}`;
}

function whatIsCounted(): string {
  return settings.value === 'samples' ? 'samples' : `${settings.value} time`;
}

function showHead(): void {
  byId('facts').append(
    ...data.facts.map(({ of, facts }) =>
      element('dl', [
        ...(of === '' ? [] : [element('div', [element('dt', ''), element('dd', of)], 'of')]),
        ...facts.map(([label, text]) => element('div', [element('dt', label), element('dd', text)])),
      ]),
    ),
  );
  const notes = [...data.notes];
  if (data.thinNodes > 0) {
    const count = amount(data.thinNodes, 'samples');
    notes.push(`${count} stacks of less than 0.01 % each are not drawn one by one, but counted.`);
  }
  byId('notes').append(...notes.map((note) => element('li', note)));
}

function showLegend(): void {
  byId('legend').replaceChildren(
    ...graph.colours.legend(settings.inverted).map((entry) => {
      // A canvas is printed as it is, where browsers leave backgrounds out.
      const swatch = document.createElement('canvas');
      swatch.width = swatch.height = 1;
      const context = swatch.getContext('2d');
      if (context !== null) {
        context.fillStyle = entry.colour;
        context.fillRect(0, 0, 1, 1);
      }
      const label = entry.search === undefined ? element('span', entry.label) : legendButton(entry.label);
      const parts: Node[] = [swatch, label];
      if (entry.share !== undefined) parts.push(element('span', `self ${percent(entry.share)}`, 'share'));
      return element('li', parts);
    }),
  );
}

function legendButton(label: string): HTMLElement {
  const button = element('button', label) as HTMLButtonElement;
  button.type = 'button';
  button.title = 'Search for it';
  button.addEventListener('click', () => {
    input.value = input.value === label ? '' : label;
    showMatches();
  });
  return button;
}

function toggle(id: string, turn: (isOn: boolean) => void): void {
  const button = byId(id);
  button.addEventListener('click', () => {
    const isOn = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isOn));
    turn(isOn);
  });
}

function choices(): void {
  const valueNames = { samples: 'samples', wall: 'wall time', cpu: 'CPU time' };
  const value = typedById('value', HTMLSelectElement);
  fillChoices(value, data.values.map((name) => [name, valueNames[name]] as const));
  value.addEventListener('change', () => change({ value: value.value as FlameValue }));

  const thread = typedById('thread', HTMLSelectElement);
  const each = data.threads.map((_, index) => [String(index), source.threadName(index)] as const);
  const all = [['apart', 'all, side by side'], ['merged', 'all, merged']] as const;
  fillChoices(thread, each.length > 1 ? [...all, ...each] : []);
  thread.addEventListener('change', () => {
    const chosen = thread.value;
    change({ thread: chosen === 'apart' || chosen === 'merged' ? chosen : Number(chosen) });
  });

  const colour = typedById('colour', HTMLSelectElement);
  const kinds: [ColourBy, string][] = [['package', 'by package']];
  if (data.threads.length > 1) kinds.push(['thread', 'by thread']);
  if (source.isDiff) kinds.unshift(['change', 'by change']);
  fillChoices(colour, kinds);
  colour.addEventListener('change', () => {
    colourBy = colour.value as ColourBy;
    restyle();
  });
}

function buttons(): void {
  toggle('flame', (isOn) => {
    growsUp = isOn;
    restyle();
  });
  toggle('inverted', (inverted) => change({ inverted }));
  toggle('internals', (hidesInternals) => change({ hidesInternals }));
  toggle('idle', (showsIdle) => change({ showsIdle }));
  reset.addEventListener('click', () => graph.zoomTo(0));
  const themes: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };
  const button = byId('theme');
  button.addEventListener('click', () => {
    theme = themes[theme];
    button.textContent = `Theme: ${theme}`;
    document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
    restyle();
  });
  prefersDark.addEventListener('change', restyle);
}

function keys(): void {
  input.addEventListener('input', showMatches);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') graph.focusFirstMatch();
  });
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    const isTyping = target instanceof HTMLInputElement;
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === 'Escape') {
      back();
    }
  });
}

/** The zoom goes first, then the search. */
function back(): void {
  if (document.activeElement !== input && graph.isZoomed) {
    graph.zoomTo(0);
  } else {
    input.value = '';
    showMatches();
    if (document.activeElement === input) byId('graph').focus();
  }
}

showHead();
choices();
buttons();
keys();
showLegend();
graph.resize();
// Browsers tell it in one of two ways; some only when it is too late to draw.
prints.addEventListener('change', ({ matches }) => graph.setPrinting(matches));
window.addEventListener('beforeprint', () => graph.setPrinting(true));
window.addEventListener('afterprint', () => graph.setPrinting(false));
