import { Kind, type Source } from './source';
import { changeOf, shareOf, SEVERAL, threadOf, type View } from './view';
import { isSignificant } from './statistics';

export type ColourBy = 'package' | 'thread' | 'change';

/** Everything on the canvas that has a colour of its own. */
export interface Palette {
  readonly back: string;
  readonly text: string;
  readonly faded: string;
  readonly fadedText: string;
  readonly thin: string;
  readonly focus: string;
  readonly mark: string;
}

export const light: Palette = {
  back: '#ffffff',
  text: '#16181d',
  faded: '#e9ebee',
  fadedText: '#59616e',
  thin: '#d5d9df',
  focus: '#0b5fd0',
  mark: '#b4009e',
};

export const dark: Palette = {
  back: '#14161a',
  text: '#f2f3f5',
  faded: '#262a31',
  fadedText: '#a2abb9',
  thin: '#3a404b',
  focus: '#a9cdff',
  mark: '#ff8af0',
};

/** An entry of the legend. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  readonly share?: number;
  /** What to search for, to see where it is. */
  readonly search?: string;
}

const OWN_HUE = 32;
/** Hues that can be told apart, from each other and from that of own code. */
const HUES = [212, 150, 275, 345, 185, 95, 305, 55, 240, 125];

type Shade = (hue: number, saturation: number, step: number) => string;

/** Four shades of each hue let neighbours be told apart. */
const lightShade: Shade = (hue, saturation, step) =>
  `hsl(${hue} ${saturation}% ${71 + step * 3.5}%)`;
const darkShade: Shade = (hue, saturation, step) =>
  `hsl(${hue} ${saturation * 0.7}% ${33 + step * 3}%)`;

/** Colours for the nodes of one view. */
export class Colours {
  readonly #source: Source;
  readonly #view: View;
  readonly #by: ColourBy;
  readonly #isDark: boolean;
  readonly #shade: Shade;
  /** Hue and saturation of each package: the largest comes first. */
  readonly #packages = new Map<number, readonly [number, number]>();
  readonly #selfOfPackage = new Map<number, number>();
  readonly #names: Uint8Array;
  readonly #cache = new Map<number, string>();

  constructor(source: Source, view: View, by: ColourBy, isDark: boolean) {
    this.#source = source;
    this.#view = view;
    this.#by = by;
    this.#isDark = isDark;
    this.#shade = isDark ? darkShade : lightShade;
    this.#names = Uint8Array.from(source.kind, (_, frame) => hash(source.name(frame)) & 3);
    this.#rankPackages();
  }

  /** Ranked by the source, so that a colour stays when the view changes. */
  #rankPackages(): void {
    const { data, pack, kind, frame, self } = this.#source;
    const sums = new Map<number, number>();
    for (const { samples } of self) {
      samples.forEach((hits, node) => {
        const index = frame[node] as number;
        if (kind[index] !== Kind.function) return;
        const owner = pack[index] as number;
        sums.set(owner, (sums.get(owner) ?? 0) + hits);
        this.#selfOfPackage.set(owner, sums.get(owner) ?? 0);
      });
    }
    const ranked = [...sums.keys()].sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || a - b);
    let next = 0;
    for (const owner of ranked) {
      if (owner < 0) this.#packages.set(owner, [165, 14]);
      else if (data.packages[owner] === '') this.#packages.set(owner, [OWN_HUE, 88]);
      else if (data.packages[owner] === 'node') this.#packages.set(owner, [212, 14]);
      else {
        const hue = HUES[next % HUES.length] as number;
        this.#packages.set(owner, [hue, next < HUES.length ? 62 : 34]);
        next++;
      }
    }
  }

  of(node: number): string {
    const frame = this.#view.frame[node] as number;
    if (frame === -1) return this.#isDark ? '#343a44' : '#dfe3e8';
    if (this.#by === 'change') return this.#change(node);
    if (this.#by === 'thread') return this.#thread(this.#view.thread[node] as number, frame);
    return this.#package(frame);
  }

  #package(frame: number): string {
    const thread = threadOf(frame);
    if (thread !== undefined) return this.#isDark ? '#3d4450' : '#cfd5dd';
    const known = this.#cache.get(frame);
    if (known !== undefined) return known;
    const colour = this.#packageColour(frame);
    this.#cache.set(frame, colour);
    return colour;
  }

  #packageColour(frame: number): string {
    const kind = this.#source.kind[frame];
    const step = this.#names[frame] as number;
    if (kind === Kind.garbageCollector) return this.#shade(350, 70, 0);
    if (kind !== Kind.function) return this.#shade(220, 5, 1);
    const [hue, saturation] = this.#packages.get(this.#source.pack[frame] as number) ?? [0, 0];
    return this.#shade(hue, saturation, step);
  }

  #thread(thread: number, frame: number): string {
    const step = frame >= 0 ? (this.#names[frame] as number) : 0;
    if (thread === SEVERAL) return this.#shade(220, 6, step);
    return this.#shade(threadHue(thread), thread < 10 ? 62 : 36, step);
  }

  #change(node: number): string {
    const [before, after] = this.#view.sides;
    const changed = changeOf(this.#view, node);
    if (before === undefined || after === undefined || changed === undefined) return this.#shade(0, 0, 2);
    const was = shareOf(before, before.total[node] as number).share;
    const is = shareOf(after, after.total[node] as number).share;
    const relative = was + is > 0 ? (is - was) / (was + is) : 0;
    // What may be chance stays pale.
    const strength = Math.min(1, Math.abs(relative) * 1.6) * (isSignificant(changed) ? 1 : 0.18);
    const step = Math.round(strength * 8);
    if (step === 0) return this.#isDark ? '#30353e' : '#eceef1';
    const hue = changed.share > 0 ? 6 : 214;
    return this.#isDark
      ? `hsl(${hue} ${25 + step * 5}% ${24 + step * 2}%)`
      : `hsl(${hue} ${40 + step * 5}% ${92 - step * 3.2}%)`;
  }

  /** @param isInverted whether stacks begin with their leaves */
  legend(isInverted: boolean): LegendEntry[] {
    if (this.#by === 'change') return this.#changeLegend();
    if (this.#by === 'thread') {
      return this.#source.data.threads.map((_, thread) => ({
        label: this.#source.threadName(thread),
        colour: this.#thread(thread, -1),
      }));
    }
    return this.#packageLegend(isInverted);
  }

  #changeLegend(): LegendEntry[] {
    const colour = (hue: number): string =>
      this.#isDark ? `hsl(${hue} 65% 40%)` : `hsl(${hue} 80% 67%)`;
    return [
      { label: '+ slower: a larger share than before', colour: colour(6) },
      { label: '− faster: a smaller share, in points', colour: colour(214) },
      { label: 'no change, or pale: within chance', colour: this.#isDark ? '#30353e' : '#eceef1' },
    ];
  }

  /** Self time by package, in what is shown: what the time was spent in. */
  #packageLegend(isInverted: boolean): LegendEntry[] {
    const view = this.#view;
    const last = view.sides[view.sides.length - 1];
    if (last === undefined) return [];
    const sums = new Map<string, { sum: number; frame: number }>();
    for (let node = 1; node < view.length; node++) {
      const frame = view.frame[node] as number;
      if (frame < 0) continue;
      const above = view.frame[view.parent[node] as number] as number;
      // Stacks that are turned begin with what the time was spent in.
      if (isInverted && above >= 0) continue;
      const sum = (isInverted ? last.total[node] : last.self[node]) as number;
      const label = this.#label(frame);
      const entry = sums.get(label);
      if (entry === undefined) sums.set(label, { sum, frame });
      else entry.sum += sum;
    }
    const all = last.total[0] as number;
    return [...sums]
      .filter(([, { sum }]) => sum > 0)
      .sort(([, a], [, b]) => b.sum - a.sum || a.frame - b.frame)
      .slice(0, 14)
      .map(([label, { sum, frame }]) => ({
        label,
        colour: this.#source.kind[frame] === Kind.function ? this.#plain(frame) : this.#package(frame),
        share: all > 0 ? sum / all : 0,
        ...(this.#source.kind[frame] === Kind.function ? { search: label } : {}),
      }));
  }

  #plain(frame: number): string {
    const [hue, saturation] = this.#packages.get(this.#source.pack[frame] as number) ?? [0, 0];
    return this.#shade(hue, saturation, 1);
  }

  #label(frame: number): string {
    const kind = this.#source.kind[frame];
    return kind === Kind.function ? this.#source.owner(frame) : this.#source.name(frame);
  }
}

function threadHue(thread: number): number {
  return thread === 0 ? OWN_HUE : (HUES[(thread - 1) % HUES.length] as number);
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < Math.min(text.length, 64); index++) {
    value = (Math.imul(value, 31) + text.charCodeAt(index)) | 0;
  }
  return value ^ (value >>> 7);
}
