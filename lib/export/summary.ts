import type { Profile } from '../profile/profile';
import type { Interval } from '../profile/statistics';
import type { ValueName } from '../profile/values';
import { atWork, displayName, displayPlace } from './functions';
import type { ExportOptions } from './options';
import { selfColumn } from './values';

/** A table of a summary, its cells not yet escaped. */
export interface SummaryTable {
  readonly heads: readonly string[];
  /** How many columns, from the left, are text. The others are numbers. */
  readonly textColumns: number;
  readonly rows: readonly (readonly string[])[];
  /** What stands below, or ''. */
  readonly rest: string;
}

/** What the summaries say, whatever they look like. */
export interface Summary {
  readonly title: string;
  /** Pairs of a name and what it is. */
  readonly facts: readonly (readonly [string, string])[];
  readonly functions: SummaryTable;
  readonly threads: SummaryTable;
}

const DEFAULT_LIMIT = 20;
const NANOS_PER_MILLI = 1e6;

export function summaryOf(
  profile: Profile,
  { value = 'samples', limit = DEFAULT_LIMIT, title = 'Profile' }: ExportOptions,
): Summary {
  return {
    title,
    facts: factsOf(profile),
    functions: functionsOf(profile, value, limit),
    threads: threadsOf(profile, value),
  };
}

function factsOf(profile: Profile): [string, string][] {
  const { sums, threads, dropped, intervalMillis, realInterval, startMillis } = profile;
  const facts: [string, string][] = [
    ['samples', `${count(sums.samples)} at work, ${count(sums.idleSamples)} idle`],
    ['duration', `${seconds(sums.durationMillis)}, ${plural(threads.length, 'thread')}`],
  ];
  if (startMillis > 0 && startMillis <= 8.64e15) {
    facts.push(['start', new Date(startMillis).toISOString()]);
  }
  const asked = intervalMillis > 0 ? `${millis(intervalMillis)} asked for` : '';
  const reached =
    realInterval === null
      ? ''
      : `${millis(realInterval.mean)} ± ${millis(realInterval.stdev)} reached`;
  if (asked !== '' || reached !== '') {
    facts.push(['interval', [asked, reached].filter((part) => part !== '').join(', ')]);
  }
  if (sums.threadMillis > 0 && profile.valueTypes.some(({ name }) => name === 'wall')) {
    const share = (part: number): string => `${percent(part / sums.threadMillis)} %`;
    facts.push([
      'time',
      `idle ${share(sums.idleMillis)}, garbage collector ${share(sums.gcMillis)}`,
    ]);
  }
  const lost = `${plural(dropped, 'sample')}, in (truncated)`;
  facts.push(['dropped', dropped === 0 ? 'nothing' : lost]);
  if (sums.unattributedMillis > 0) {
    facts.push(['not divided', `${seconds(sums.unattributedMillis)} of work that no sample saw`]);
  }
  return facts;
}

function functionsOf(profile: Profile, value: ValueName, limit: number): SummaryTable {
  const all = profile.topFunctions({ value });
  return {
    heads: ['function', 'place', 'samples', 'total %', '(95 %)', 'self %', '(95 %)'],
    textColumns: 2,
    rows: all
      .slice(0, limit)
      .map((record) => [
        displayName(record),
        displayPlace(record),
        count(record.hits),
        record.share.toFixed(1),
        between(record.shareInterval),
        record.selfShare.toFixed(1),
        between(record.selfShareInterval),
      ]),
    rest: limit < all.length ? `… and ${plural(all.length - limit, 'more function')}` : '',
  };
}

function threadsOf(profile: Profile, value: ValueName): SummaryTable {
  const self = selfColumn(profile, value);
  const whole = atWork(profile, self);
  return {
    heads: ['thread', 'id', 'samples', 'share %', 'duration'],
    textColumns: 1,
    rows: profile.threads.map((thread, index) => [
      thread.ended ? `${thread.name} (ended)` : thread.name,
      String(thread.id),
      count(atWork(profile, profile.selfHits, index)),
      percent(whole > 0 ? atWork(profile, self, index) / whole : 0),
      seconds(thread.durationNanos / NANOS_PER_MILLI),
    ]),
    rest: '',
  };
}

/** Where the true share lies in 95 % of cases. */
function between({ low, high }: Interval): string {
  return `${low.toFixed(1)}–${high.toFixed(1)}`;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

function millis(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(2)} s`;
}
