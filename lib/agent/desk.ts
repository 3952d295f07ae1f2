import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { ProfilerError } from '../errors';
import { flameColumns } from '../export/flame-columns';
import type { FlameData } from '../export/flame-data';
import { native, type NativeTable } from '../native';
import { observe } from '../observe';
import { FrameKind } from '../profile/frames';
import type { Profile } from '../profile/profile';
import { isAtWork } from '../profile/shares';
import { since } from '../profile/since';
import { expectResult, nativeStats, profileOfTable } from '../snapshot';
import { statsNotes, statsOf, type ProfilerStats } from '../stats';
import { idsOf } from '../threads/choose';
import type {
  FunctionsAnswer,
  FunctionsQuery,
  LinesAnswer,
  LinesQuery,
  Selection,
  StallsAnswer,
  Status,
  Sums,
  ThreadStatus,
  Tick,
} from '../web/api';
import type { CaptureQuery, Desk, FileQuery } from '../web/desk';
import { History } from './history';
import type { LauncherState } from './launcher-state';

/** Milliseconds that threads have to answer. */
const PATIENCE_MILLIS = 50;
const SECOND_MILLIS = 1000;
/** What looking on may cost of a core: while somebody asks, and while nobody does. */
const SHARE_WATCHED = 0.05;
const SHARE_UNWATCHED = 0.005;
/** Nobody asks any more when nobody has asked for so long. */
const WATCHED_MILLIS = 10_000;
/** But so often it is looked in any case. */
const LONGEST_PERIOD_MILLIS = 10_000;
const SECONDS_KEPT = 300;
const NODES_KEPT = 1_000_000;
/** Counts that two questions may share. */
const FRESH_MILLIS = 250;
const NANOS_PER_MILLI = 1e6;
/** Counts of another process, or of the agent's life before, are others. */
const PROCESS = randomUUID();

/**
 * Answers of one launcher, worked out on the agent thread: they come also while
 * the main thread is stuck.
 */
export class AgentDesk implements Desk {
  readonly #state: () => LauncherState;
  readonly #history = new History({ seconds: SECONDS_KEPT, nodes: NODES_KEPT });
  readonly #observer = observe();
  #askedMillis = -Infinity;
  /** When it was looked last: seconds begin there. */
  #lookedMillis = Infinity;
  /** Since when it was paused when that was noted. */
  #notedPause = NaN;
  #resets = 0;
  readonly #hasRequestTimes: () => boolean;
  #fresh: { profile: Promise<Profile>; atMillis: number; resets: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #utilization = performance.eventLoopUtilization();
  #agentShare = 0;
  #isClosed = false;
  #isLooking = false;
  #threads: readonly ThreadStatus[] = [];

  constructor(state: () => LauncherState, hasRequestTimes: () => boolean) {
    this.#state = state;
    this.#hasRequestTimes = hasRequestTimes;
    this.#look(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  status(): Promise<Uint8Array> {
    return Promise.resolve(json(this.#status()));
  }

  tick(afterMillis: number): Promise<Uint8Array> {
    const tick: Tick = {
      status: this.#status(),
      seconds: this.#history.secondsAfter(afterMillis),
      skipped: 0,
    };
    return Promise.resolve(json(tick));
  }

  async functions(query: FunctionsQuery): Promise<Uint8Array> {
    const { profile, span } = await this.#select(query);
    const shown = query.hideInternals ? profile.hide({ nodeInternals: true }) : profile;
    const needle = query.filter.toLowerCase();
    const found = shown
      .topFunctions({ sort: query.sort })
      .filter(
        ({ name, url, line, column }) =>
          needle === '' ||
          name.toLowerCase().includes(needle) ||
          `${url}:${String(line)}:${String(column)}`.toLowerCase().includes(needle),
      );
    const answer: FunctionsAnswer = {
      records: found.slice(0, query.limit),
      totalRecords: found.length,
      sums: sumsOf(profile),
      span,
    };
    return json(answer);
  }

  async lines(query: LinesQuery): Promise<Uint8Array> {
    const { profile } = await this.#select(query);
    const { name, url, line, column } = query;
    const lines = profile.lines({ name, url, line, column }).filter((each) => each.line > 0);
    const known = lines.reduce((sum, { hits }) => sum + hits, 0);
    const answer: LinesAnswer = {
      lines: lines
        .map((each) => ({ line: each.line, hits: each.hits, share: (each.hits / known) * 100 }))
        .sort((a, b) => b.hits - a.hits || a.line - b.line),
    };
    return json(answer);
  }

  async flameGraph(query: Selection): Promise<Uint8Array> {
    const { profile } = await this.#select(query);
    const data: FlameData = { title: '', facts: [], notes: [], ...flameColumns([profile]) };
    return json(data);
  }

  async stalls(): Promise<Uint8Array> {
    this.#asked();
    const table = this.#expectTable();
    const { isPaused } = this.#state();
    const stalls = expectResult(native.stalls());
    const now = isPaused ? [] : await this.#observer.stacks({ timeoutMillis: PATIENCE_MILLIS });
    const answer: StallsAnswer = {
      stalls: stalls.map(({ table: _, durationNanos, ...stall }) => ({
        ...stall,
        durationMillis: durationNanos / NANOS_PER_MILLI,
      })),
      count: nativeStats(table).stalls,
      now: now.map(({ id, name, state, stack, lastSeen, lastSeenAgeMillis }) => ({
        id,
        name,
        state,
        stack: state === 'native' ? lastSeen : stack,
        ageMillis: state === 'native' ? lastSeenAgeMillis : 0,
      })),
    };
    return json(answer);
  }

  stats(): Promise<Uint8Array> {
    this.#asked();
    return new Promise((resolve) => {
      resolve(json(this.#stats(this.#expectTable())));
    });
  }

  async file({ format, ...query }: FileQuery): Promise<Uint8Array> {
    const { profile } = await this.#select(query);
    return profile.encodeSync(format);
  }

  async capture(query: CaptureQuery, signal: AbortSignal): Promise<Uint8Array> {
    const { format, seconds, thread } = query;
    if (this.#state().isPaused) {
      this.#expectTable();
      throw new ProfilerError(
        'ERR_PROFILER_PAUSED',
        'Expected a launcher that samples, to see what comes, but it is paused: unpause it first',
      );
    }
    // Nobody's counts of a moment ago.
    const take = async (): Promise<Profile> =>
      ofThread(await this.#observer.profile({ timeoutMillis: PATIENCE_MILLIS }), thread);
    const before = await take();
    const beganMillis = nowMillis();
    await delay(seconds * SECOND_MILLIS, undefined, { signal });
    return since(await take(), before, beganMillis).encodeSync(format);
  }

  /** Looks at once when nobody has asked for long. */
  #asked(): void {
    const wasWatched = this.#isWatched();
    this.#askedMillis = performance.now();
    if (wasWatched || this.#isLooking || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#look(0);
  }

  #isWatched(): boolean {
    return performance.now() - this.#askedMillis < WATCHED_MILLIS;
  }

  /** Looks at all threads each second, and less often where that would cost more
   * than it may. */
  #look(afterMillis: number): void {
    this.#timer = setTimeout(() => {
      this.#isLooking = true;
      const begun = performance.now();
      const before = performance.eventLoopUtilization();
      this.#agentShare =
        performance.eventLoopUtilization(before, this.#utilization).utilization * 100;
      this.#utilization = before;
      void this.#lookNow()
        // There may be no launcher any more, or no memory for a moment.
        .catch(() => undefined)
        .then(() => {
          this.#isLooking = false;
          if (this.#isClosed) return;
          const { active } = performance.eventLoopUtilization(before);
          const share = this.#isWatched() ? SHARE_WATCHED : SHARE_UNWATCHED;
          const period = Math.min(Math.max(SECOND_MILLIS, active / share), LONGEST_PERIOD_MILLIS);
          this.#look(Math.max(0, begun + period - performance.now()));
        });
    }, afterMillis);
  }

  async #lookNow(): Promise<void> {
    const table = this.#table();
    const { isPaused, sinceMillis, unpausedMillis, resets } = this.#state();
    if (resets !== this.#resets) {
      this.#resets = resets;
      this.#history.clear();
      this.#threads = [];
    }
    if (table === undefined || Number.isNaN(unpausedMillis)) return;
    this.#history.resume(unpausedMillis);
    if (!isPaused) {
      const profile = this.#isWatched() ? await this.#ask() : this.#take(table);
      this.#note(profile, nowMillis() - ageMillisOf(profile));
    } else if (sinceMillis !== this.#notedPause) {
      // Up to the pause it was at work.
      this.#notedPause = sinceMillis;
      this.#note(this.#take(table), sinceMillis);
    }
  }

  #note(profile: Profile, atMillis: number): void {
    const stalled = stoodStill(this.#lookedMillis);
    this.#lookedMillis = nowMillis();
    const { runs, unpausedMillis } = this.#state();
    const beganMillis = Math.max(unpausedMillis, profile.startMillis);
    const counted =
      runs === 1
        ? this.#history.add(profile, atMillis, stalled, beganMillis)
        : this.#history.add(profile, atMillis, stalled);
    this.#threads = threadsOf(profile, counted);
  }

  /** What is meant by a selection, and which span that is. */
  async #select(
    query: Selection,
  ): Promise<{ profile: Profile; span: FunctionsAnswer['span'] }> {
    this.#asked();
    const { fromMillis, toMillis, thread } = query;
    this.#expectTable();
    if (fromMillis === undefined || toMillis === undefined) {
      return { profile: await this.#now(thread), span: null };
    }
    const found = this.#history.span(fromMillis, toMillis);
    if (found === undefined) {
      throw new ProfilerError(
        'ERR_PROFILER_NO_SUCH_SPAN',
        'Expected a span in which the launcher sampled, of the last minutes, but nothing is ' +
          'known of it',
      );
    }
    const { profile, ...span } = found;
    return { profile: ofThread(profile, thread), span };
  }

  /** All up to now. */
  async #now(thread: number | undefined): Promise<Profile> {
    return ofThread(await this.#ask(), thread);
  }

  #ask(): Promise<Profile> {
    const atMillis = performance.now();
    const { resets } = this.#state();
    const fresh = this.#fresh;
    if (fresh?.resets === resets && atMillis - fresh.atMillis < FRESH_MILLIS) return fresh.profile;
    const profile = this.#observer.profile({ timeoutMillis: PATIENCE_MILLIS });
    this.#fresh = { profile, atMillis, resets };
    return profile;
  }

  #take(table: NativeTable): Profile {
    return profileOfTable(table, { intervalMillis: this.#state().intervalMillis });
  }

  #table(): NativeTable | undefined {
    // That of another launcher is not ours to tell of.
    return this.#state().state === 'started' ? native.currentTable()?.table : undefined;
  }

  #expectTable(): NativeTable {
    const table = this.#table();
    if (table !== undefined) return table;
    const { state } = this.#state();
    throw new ProfilerError(
      state === 'cancelled' ? 'ERR_PROFILER_CANCELLED' : 'ERR_PROFILER_NOT_STARTED',
      `Expected a launcher that is started but this one is ${
        state === 'cancelled' ? 'cancelled' : 'not'
      }`,
    );
  }

  #stats(table: NativeTable): ProfilerStats {
    const { intervalMillis, maxOverhead } = this.#state();
    return statsOf(nativeStats(table), { intervalMillis, maxOverhead });
  }

  #threadsNow(isPaused: boolean): ThreadStatus[] {
    const older = nowMillis() - this.#lookedMillis;
    return this.#threads.map((thread) => ({
      ...thread,
      ageMillis: thread.ended ? 0 : thread.ageMillis + Math.max(0, older),
      busyShare: isPaused ? 0 : thread.busyShare,
    }));
  }

  #status(): Status {
    this.#asked();
    const { state, isPaused, sinceMillis, intervalMillis, maxOverhead, notes, resets } = this.#state();
    const table = this.#table();
    const stats = table === undefined ? undefined : this.#stats(table);
    const reached = stats?.interval.reached ?? null;
    return {
      epoch: `${PROCESS} ${String(resets)}`,
      state,
      isPaused,
      sinceMillis,
      nowMillis: nowMillis(),
      intervalMillis: {
        asked: intervalMillis,
        current: stats?.interval.currentMillis ?? intervalMillis,
        reached: reached === null ? null : { mean: reached.mean, stdev: reached.stdev },
      },
      samples: stats?.samples.taken ?? 0,
      dropped: stats?.samples.dropped ?? 0,
      overhead: {
        // What was last measured was before the pause.
        share: isPaused ? 0 : (stats?.overhead.share ?? 0) * 100,
        budget: Number.isFinite(maxOverhead) ? maxOverhead * 100 : null,
        agentShare: this.#agentShare,
      },
      threads: this.#threadsNow(isPaused),
      stalls: stats?.stalls.count ?? 0,
      notes: [...notes, ...(stats === undefined ? [] : statsNotes(stats))],
      hasRequestTimes: this.#hasRequestTimes(),
    };
  }
}

/** How busy each thread was in what was counted last. */
function threadsOf(profile: Profile, counted: Profile | undefined): ThreadStatus[] {
  const busyNanos = new Map<number, number>();
  if (counted !== undefined) {
    const { frames, frame, thread, threads, selfWallNanos } = counted;
    threads.forEach(({ id, unattributedNanos }) => busyNanos.set(id, unattributedNanos));
    for (let node = 0; node < counted.length; node++) {
      const kind = frames.kind(frame[node] as number);
      if (!isAtWork(kind) || kind === FrameKind.garbageCollector) continue;
      const id = threads[thread[node] as number]?.id ?? 0;
      busyNanos.set(id, (busyNanos.get(id) ?? 0) + (selfWallNanos[node] as number));
    }
  }
  const durations = new Map(counted?.threads.map(({ id, durationNanos }) => [id, durationNanos]));
  return profile.threads.map(({ id, name, ended, ageNanos }) => {
    const duration = durations.get(id) ?? 0;
    const busy = busyNanos.get(id) ?? 0;
    return {
      id,
      name,
      ended,
      ageMillis: ageNanos / NANOS_PER_MILLI,
      busyShare: duration > 0 ? Math.min(100, (busy / duration) * 100) : 0,
    };
  });
}

function ofThread(profile: Profile, thread: number | undefined): Profile {
  if (thread === undefined) return profile;
  const [id] = idsOf(thread, profile.threads.map((each) => ({ ...each, lastSeen: [] })));
  return profile.byThread().find((each) => each.thread.id === id)?.profile ?? profile;
}

function sumsOf({ sums, dropped }: Profile): Sums {
  const { samples, threadMillis, idleMillis, gcMillis, profilerMillis } = sums;
  return {
    samples,
    droppedSamples: dropped,
    threadMillis,
    busyMillis: Math.max(0, threadMillis - idleMillis - gcMillis - profilerMillis),
    idleMillis,
    gcMillis,
    profilerMillis,
  };
}

/** Since the Unix epoch, and never back. */
function nowMillis(): number {
  return performance.timeOrigin + performance.now();
}

/** How old the counts are of the main thread, or else of the first that lives. A
 * thread in native code tells nothing new for a while. */
function ageMillisOf({ threads }: Profile): number {
  const living = threads.filter(({ ended }) => !ended);
  const { ageNanos = 0 } = living.find(({ id }) => id === 0) ?? living[0] ?? {};
  return ageNanos / NANOS_PER_MILLI;
}

/** Bytes of JSON, in which what is no finite number is null. */
function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Whether an event loop stood still since then: one may do so for many seconds. */
function stoodStill(sinceMillis: number): boolean {
  return expectResult(native.stalls()).some(
    ({ startMillis, durationNanos, ended }) =>
      !ended || startMillis + durationNanos / NANOS_PER_MILLI > sinceMillis,
  );
}
