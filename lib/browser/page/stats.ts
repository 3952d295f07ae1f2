import type { ProfilerStats } from '../../profiler-stats';
import { byId, element } from '../flamegraph/elements';
import { bytes, grouped, lasting, millis, percent } from './format';
import { showMessage } from './parts';
import { Refresher } from './refresher';
import { setText } from './rows';
import { addressOf } from './server';
import type { Session } from './session';
import type { ViewPart } from './view-part';

type Fact = readonly [label: string, text: string, explained?: string];
type Times = ProfilerStats['drains'];

/** What profiling costs and has met with. */
export class StatsView implements ViewPart {
  readonly section = byId('view-stats');
  readonly #session: Session;
  readonly #refresher: Refresher<ProfilerStats>;
  readonly #values = new Map<string, HTMLElement>();

  constructor(session: Session) {
    this.#session = session;
    const message = byId('stats-message');
    this.#refresher = new Refresher({
      address: () => addressOf('stats.json'),
      show: (stats) => this.#show(stats),
      fail: (text) => showMessage(message, text),
    });
  }

  refresh(): void {
    this.#refresher.refresh(this.#session.stamp());
  }

  renew(): void {
    this.#refresher.renew(this.#session.stamp());
  }

  #show(stats: ProfilerStats): void {
    for (const [title, facts] of groupsOf(stats)) {
      const isNew = !this.#values.has(`${title} ${facts[0]?.[0] ?? ''}`);
      const boxes = facts.map((fact) => this.#showFact(title, fact));
      if (!isNew) continue;
      byId('stats').append(element('section', [element('h2', title), element('dl', boxes)]));
    }
  }

  #showFact(title: string, [label, text, explained = '']: Fact): HTMLElement {
    const key = `${title} ${label}`;
    const known = this.#values.get(key);
    if (known !== undefined) {
      setText(known, text);
      return known;
    }
    const value = element('dd', text);
    this.#values.set(key, value);
    const box = element('div', [element('dt', label), value]);
    box.title = explained;
    return box;
  }
}

/** JSON has no infinity: it is null there. */
function isLimited(budget: number | null): budget is number {
  return budget !== null;
}

function times({ count, meanMillis, worstMillis }: Times): string {
  return count === 0 ? 'none' : `${grouped(count)}, ${millis(meanMillis)} each, ${millis(worstMillis)} at worst`;
}

function groupsOf(stats: ProfilerStats): [string, Fact[]][] {
  const { overhead, interval, samples, parks, threads, stalls, table } = stats;
  const { millis: spent } = overhead;
  const ofCore = (part: number): string =>
    overhead.spanMillis > 0 ? `${percent((part / overhead.spanMillis) * 100)}, ${millis(part)}` : millis(part);
  const budget = overhead.budget as number | null;
  return [
    [
      'Cost, of one core',
      [
        ['in the last second', percent(overhead.share * 100)],
        ['since the start', percent(overhead.meanShare * 100), `In ${lasting(overhead.spanMillis)}`],
        ['at most', isLimited(budget) ? percent(budget * 100) : 'no limit', 'maxOverhead'],
      ],
    ],
    [
      'Cost by part',
      [
        ['taking samples', ofCore(spent.signals), 'In the threads of the program'],
        ['carrying them over', ofCore(spent.drains), 'Drains: in the threads of the program'],
        ['V8’s sampling threads', ofCore(spent.v8Threads), overhead.v8ThreadsMeasured ? 'Measured' : 'Foretold from the samples'],
        ['the profiler’s own thread', ofCore(spent.samplingThread)],
        ['waking idle threads', ofCore(spent.wakes)],
        ['threads that joined', ofCore(spent.joins), 'Not part of the budget'],
        ['repairs', ofCore(spent.repairs), 'Not part of the budget'],
      ],
    ],
    [
      'Interval',
      [
        ['asked for', millis(interval.askedMillis)],
        ['now', millis(interval.currentMillis), 'Longer than asked for where the budget wants it'],
        ['reached', interval.reached === null ? '–' : `${millis(interval.reached.mean)} ± ${millis(interval.reached.stdev)}`],
      ],
    ],
    [
      'Samples',
      [
        ['taken', grouped(samples.taken)],
        ['dropped', grouped(samples.dropped), 'Not shown under their functions, or lost'],
        ['lost', grouped(samples.lost), 'As V8’s profiler was stuck; part of those dropped'],
        ['cut short', grouped(samples.truncated), 'Deeper than the 255 frames that V8 looks at'],
      ],
    ],
    [
      'How long a thread was stopped',
      [
        ['drains', times(stats.drains)],
        ['repairs', times(stats.repairs), 'V8 profilers that were stuck and made anew'],
        ['wakes', times(parks.wakes), 'The first JavaScript after a rest'],
        ['joins', times(threads.joins), 'V8 profilers made for threads that joined'],
      ],
    ],
    [
      'Threads',
      [
        ['joined', grouped(threads.joined)],
        ['joined late', grouped(threads.joinedLate), 'What was hot in them before may be shown on its callers'],
        ['rests', `${grouped(parks.count)}, ${millis(parks.millis)} in all`, 'Idle threads are left alone'],
        ['stalls', grouped(stalls.count)],
      ],
    ],
    [
      'Memory',
      [
        ['nodes', `${grouped(table.nodes)} of ${grouped(table.maxNodes)}`, 'maxNodes'],
        ['functions', grouped(table.frames)],
        ['names', bytes(table.stringBytes)],
      ],
    ],
  ];
}
