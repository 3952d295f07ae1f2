import { METHODS } from 'node:http';
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';

import { csvCell } from '../export/csv-cell';
import type { RequestTimesAnswer, RequestTimesRow } from './api';
import { routeName } from './route-name';

const MOST_ROUTES = 1000;
const OTHER = 'other';

const MICROS_PER_MILLI = 1000;
const LONGEST_MICROS = 3_600_000_000;

// HTTP/1 knows no others, HTTP/2 takes any word for one.
const methods: ReadonlySet<string> = new Set(METHODS);

/** What is read of a response, be it of HTTP/1 or HTTP/2. */
export interface WatchedResponse {
  readonly statusCode: number;
  /** Whether all of it was handed to the system. */
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * The times of one route.
 *
 * Node's histogram is HdrHistogram in C: a time is recorded in some 30 ns, and
 * found again within one percent. From a microsecond to an hour it takes 27 kB,
 * whatever is recorded, so that a thousand routes take 27 MB at the most.
 */
class RouteTimes {
  readonly method: string;
  readonly route: string;
  totalMillis = 0;
  #count = 0;
  #errors = 0;
  #maxMillis = 0;
  #row: RequestTimesRow | undefined;
  readonly #micros: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST_MICROS,
    figures: 2,
  });

  constructor(method: string, route: string) {
    this.method = method;
    this.route = route;
  }

  add(millis: number, failed: boolean): void {
    this.#count++;
    if (failed) this.#errors++;
    this.totalMillis += millis;
    this.#maxMillis = Math.max(this.#maxMillis, millis);
    const micros = Math.round(millis * MICROS_PER_MILLI);
    this.#micros.record(Math.min(Math.max(micros, 1), LONGEST_MICROS));
    this.#row = undefined;
  }

  /** Kept, as it is asked for each second, and a percentile takes 5 µs. */
  row(): RequestTimesRow {
    return (this.#row ??= this.#newRow());
  }

  #newRow(): RequestTimesRow {
    return {
      method: this.method,
      route: this.route,
      count: this.#count,
      errors: this.#errors,
      meanMillis: this.totalMillis / this.#count,
      p50Millis: this.#percentile(50),
      p99Millis: this.#percentile(99),
      maxMillis: this.#maxMillis,
    };
  }

  /** The histogram answers with the upper end of a step, which may lie above all
   * that was recorded. */
  #percentile(percent: number): number {
    return Math.min(this.#micros.percentile(percent) / MICROS_PER_MILLI, this.#maxMillis);
  }
}

/**
 * How long requests take, by method and route, from `watch()` to the end of the
 * response.
 */
export class RequestTimes {
  readonly #now: () => number;
  readonly #sinceMillis = Date.now();
  readonly #routes = new Map<string, RouteTimes>();
  readonly #watched = new WeakSet<WatchedResponse>();
  readonly #left = new WeakSet<WatchedResponse>();

  /** @param now milliseconds of a clock that does not go back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Counts the request once its response is closed, also when it is aborted. A
   * response that is watched already is not counted twice.
   *
   * @param routeOf asked at the end, as routers know the route only then; what it
   *   throws is no route
   */
  watch({ method = '' }: { method?: string | undefined }, response: WatchedResponse, routeOf: () => unknown): void {
    if (this.#watched.has(response)) return;
    this.#watched.add(response);
    const start = this.#now();
    response.once('close', () => {
      if (this.#left.has(response)) return;
      const failed = response.statusCode >= 500 || !response.writableFinished;
      this.#timesOf(method, nameOf(routeOf)).add(this.#now() - start, failed);
    });
  }

  /** Does not count the request after all. */
  leave(response: WatchedResponse): void {
    this.#left.add(response);
  }

  answer(): RequestTimesAnswer {
    const routes = [...this.#routes.values()].sort((a, b) => b.totalMillis - a.totalMillis);
    return { routes: routes.map((each) => each.row()), sinceMillis: this.#sinceMillis, ageMillis: 0 };
  }

  #timesOf(asked: string, route: string): RouteTimes {
    const method = methods.has(asked) ? asked : OTHER;
    const key = `${method} ${route}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    if (this.#routes.size < MOST_ROUTES) return this.#add(key, method, route);
    // No route is called that in a method of that name, but for this one.
    const rest = `${OTHER} ${OTHER}`;
    return this.#routes.get(rest) ?? this.#add(rest, OTHER, OTHER);
  }

  #add(key: string, method: string, route: string): RouteTimes {
    const times = new RouteTimes(method, route);
    this.#routes.set(key, times);
    return times;
  }
}

function nameOf(routeOf: () => unknown): string {
  try {
    return routeName(routeOf());
  } catch {
    return routeName(undefined);
  }
}

const heads = ['method', 'route', 'count', 'errors', 'mean ms', 'p50 ms', 'p99 ms', 'max ms'];

/** Request times as comma-separated values (RFC 4180). */
export function csvOf({ routes }: RequestTimesAnswer): string {
  const rows = routes.map((row) => [
    ...[row.method, row.route].map(csvCell),
    ...[row.count, row.errors],
    ...[row.meanMillis, row.p50Millis, row.p99Millis, row.maxMillis].map((ms) => ms.toFixed(3)),
  ]);
  return [heads, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}
