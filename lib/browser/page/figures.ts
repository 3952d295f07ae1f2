import type { Status, Sums } from '../../web/api';
import { byId, element } from '../flamegraph/elements';
import { grouped, millis, percent, plural } from './format';
import { setText } from './rows';

/** One figure with its title and what explains it. */
class Figure {
  readonly box: HTMLElement;
  readonly #value = element('span', '', 'value');
  readonly #more = element('span', '', 'soft');

  constructor(title: string, explained: string) {
    const name = element('dt', title);
    this.box = element('div', [name, element('dd', [this.#value, this.#more])]);
    this.box.title = explained;
  }

  show(value: string, more: string): void {
    setText(this.#value, value);
    setText(this.#more, more);
  }
}

const parts = [
  ['busy', 'at work'],
  ['gc', 'collecting garbage'],
  ['idle', 'waiting'],
  ['own', 'the profiler’s own'],
] as const;

/** The figures above the functions. */
export class Figures {
  readonly #interval = new Figure('Real interval', 'Time between two samples as it was measured, with its standard deviation');
  readonly #samples = new Figure('Samples', 'Of threads at work, in the span and threads that are picked');
  readonly #cost = new Figure('Own cost', 'What profiling takes of one core, and the most that it may');
  readonly #stalls = new Figure('Stalls', 'Times in which an event loop stood still, since the start');
  readonly #meter = element('span', '', 'meter');
  readonly #meterFill = element('span', '');
  readonly #split = element('div', '', 'split');
  readonly #splitParts = parts.map(([name, label]) => {
    const fill = element('span', '', name);
    const share = element('b', '');
    return { name, fill, share, entry: element('li', [share, ` ${label}`], name) };
  });

  constructor() {
    this.#meter.append(this.#meterFill);
    this.#meter.setAttribute('aria-hidden', 'true');
    this.#cost.box.querySelector('dd')?.append(this.#meter);
    const bar = element('div', this.#splitParts.map(({ fill }) => fill), 'split-bar');
    bar.setAttribute('aria-hidden', 'true');
    this.#split.append(
      element('dt', 'Where the time went'),
      element('dd', [bar, element('ul', this.#splitParts.map(({ entry }) => entry))]),
    );
    this.#split.title = 'Time of all threads shown, in the span that is picked';
    byId('figures').append(
      this.#split,
      ...[this.#interval, this.#samples, this.#cost, this.#stalls].map(({ box }) => box),
    );
  }

  show({ state, isPaused, intervalMillis, overhead, stalls, notes }: Status): void {
    const { asked, reached } = intervalMillis;
    this.#interval.show(
      reached === null ? '–' : millis(reached.mean),
      `${reached === null ? '' : `± ${millis(reached.stdev)}, `}asked for ${millis(asked)}`,
    );
    const { budget, agentShare } = overhead;
    const isResting = isPaused || state !== 'started';
    // What was told last is of the time before.
    const share = isResting ? 0 : overhead.share;
    const limit = budget === null ? 'no limit' : `at most ${percent(budget)}`;
    const now = isPaused ? 'paused' : 'of a core now';
    this.#cost.show(percent(share), `${now}, ${limit}; this page ${percent(agentShare)} on top`);
    this.#meter.hidden = budget === null;
    this.#meterFill.style.width = `${budget === null ? 0 : Math.min(100, (share / budget) * 100)}%`;
    this.#meterFill.className = budget !== null && share > budget ? 'over' : '';
    this.#stalls.show(grouped(stalls), stalls === 0 ? 'no loop stood still since the start' : 'since the start');
    const list = byId('page-notes');
    const text = notes.join('\n');
    if (list.dataset.notes === text) return;
    list.dataset.notes = text;
    list.replaceChildren(...notes.map((note) => element('li', note)));
  }

  /** Of what is selected, as the table below is. */
  showSums(sums: Sums, isSpan: boolean): void {
    const { threadMillis, busyMillis, gcMillis, idleMillis, profilerMillis, samples, droppedSamples } = sums;
    const dropped = droppedSamples === 0 ? 'none' : grouped(droppedSamples);
    this.#samples.show(grouped(samples), `${isSpan ? 'in this span' : 'in all'}, ${dropped} dropped`);
    const amounts = {
      busy: busyMillis,
      gc: gcMillis,
      idle: idleMillis,
      own: profilerMillis,
    };
    const all = Math.max(threadMillis, Object.values(amounts).reduce((sum, each) => sum + each, 0));
    for (const { name, fill, share } of this.#splitParts) {
      const part = all > 0 ? (amounts[name] / all) * 100 : 0;
      fill.style.width = `${part}%`;
      setText(share, all > 0 ? percent(part) : '–');
    }
    this.#split.title = `${plural(samples, 'sample')} in ${millis(threadMillis)} of all threads shown, in the span that is picked`;
  }
}
