/**
 * What the pages ask and are answered: JSON, the same for a browser, a script and
 * the agent thread. It has types alone, as the code of the browser shares it.
 *
 * Times of day are milliseconds since the Unix epoch, shares are percent.
 */

/** What a launcher is and does. */
export interface Status {
  /** Changes when the counts begin anew: after `reset()`, or in another process. */
  readonly epoch: string;
  readonly state: 'new' | 'started' | 'cancelled';
  readonly isPaused: boolean;
  /** Since when it has been in this state, paused or not. */
  readonly sinceMillis: number;
  readonly nowMillis: number;
  readonly intervalMillis: {
    readonly asked: number;
    /** Longer than asked for where the budget wants it. */
    readonly current: number;
    /** As measured between samples; null before two in a row. */
    readonly reached: { readonly mean: number; readonly stdev: number } | null;
  };
  /** Taken since `start()`. */
  readonly samples: number;
  readonly dropped: number;
  readonly overhead: {
    /** Percent of one core, in the last second or so. */
    readonly share: number;
    /** Percent of one core; null: no limit. */
    readonly budget: number | null;
    /** Percent of one core that the thread took which answers, on top. */
    readonly agentShare: number;
  };
  readonly threads: readonly ThreadStatus[];
  /** Stalls since `start()`. */
  readonly stalls: number;
  readonly notes: readonly string[];
  /** Whether there are request times to show. */
  readonly hasRequestTimes: boolean;
}

export interface ThreadStatus {
  /** Node's `threadId`: 0 is the main thread; -1 are the threads that ended
   * first, together. */
  readonly id: number;
  readonly name: string;
  readonly ended: boolean;
  /** Milliseconds since it was last heard of; more than some seconds where its
   * event loop is stuck in native code. */
  readonly ageMillis: number;
  /** Percent of its last second that it was at work. */
  readonly busyShare: number;
}

/** One second of the sparkline. */
export interface Second {
  /** When it began. Seconds follow one another; where the launcher was paused
   * there are none. */
  readonly atMillis: number;
  readonly durationMillis: number;
  /** Samples of threads at work. */
  readonly samples: number;
  /** Milliseconds, of all threads together. */
  readonly busyMillis: number;
  readonly idleMillis: number;
  readonly gcMillis: number;
  readonly profilerMillis: number;
  /** Whether an event loop stood still in it for longer than the threshold. */
  readonly stalled: boolean;
}

/** An event of the stream (`events`): at first all seconds that are kept, then
 * each second the new ones. */
export interface Tick {
  readonly status: Status;
  readonly seconds: readonly Second[];
  /** Events that were left out before this one, as the reader was too slow. */
  readonly skipped: number;
}

/** Which counts are meant: a span of the sparkline, or all; a thread, or all. */
export interface Selection {
  /** Both or none. */
  readonly fromMillis?: number | undefined;
  readonly toMillis?: number | undefined;
  readonly thread?: number | undefined;
}

/** What was asked of the functions. */
export interface FunctionsQuery extends Selection {
  readonly sort: 'total' | 'self';
  /** Part of a name or place, in any case; '' for all. */
  readonly filter: string;
  /** Whether what Node.js does inside is counted for its callers. */
  readonly hideInternals: boolean;
  readonly limit: number;
}

export interface FunctionsAnswer {
  readonly records: readonly FunctionRow[];
  /** That match, before the limit. */
  readonly totalRecords: number;
  readonly sums: Sums;
  /** The span that was answered for, on whole seconds; null for all. */
  readonly span: { readonly fromMillis: number; readonly toMillis: number } | null;
}

/** Where the time went. Milliseconds of all threads together. */
export interface Sums {
  readonly samples: number;
  readonly droppedSamples: number;
  readonly threadMillis: number;
  readonly busyMillis: number;
  readonly idleMillis: number;
  readonly gcMillis: number;
  readonly profilerMillis: number;
}

export interface FunctionRow {
  readonly name: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly hits: number;
  readonly selfHits: number;
  /** Percent of samples at work. */
  readonly share: number;
  /** 95 %. */
  readonly shareInterval: { readonly low: number; readonly high: number };
  readonly selfShare: number;
  readonly selfShareInterval: { readonly low: number; readonly high: number };
  readonly wallMillis: number;
  readonly selfWallMillis: number;
  readonly cpuMillis: number;
  readonly selfCpuMillis: number;
}

/** A function, as `FunctionRow` names it. */
export interface LinesQuery extends Selection {
  readonly name: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

export interface LinesAnswer {
  /** The most hits first. */
  readonly lines: readonly {
    readonly line: number;
    readonly hits: number;
    /** Percent of the hits of which the line is known. */
    readonly share: number;
  }[];
}

export interface StackFrame {
  readonly name: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

export interface StallRow {
  readonly id: number;
  readonly thread: number;
  readonly threadName: string;
  readonly startMillis: number;
  readonly durationMillis: number;
  readonly ended: boolean;
  readonly samples: number;
  /** Leaf first. */
  readonly hottestStack: readonly StackFrame[];
  readonly hottestHits: number;
}

export interface StallsAnswer {
  /** The last first. */
  readonly stalls: readonly StallRow[];
  /** Since `start()`, kept or not. */
  readonly count: number;
  /** What each thread does now; empty while paused. */
  readonly now: readonly ThreadNow[];
}

export interface ThreadNow {
  readonly id: number;
  readonly name: string;
  readonly state: 'running' | 'waiting' | 'native';
  /** Leaf first; with `'native'` what it was last seen in. */
  readonly stack: readonly StackFrame[];
  /** Milliseconds since it was seen there; 0 for now. */
  readonly ageMillis: number | null;
}

export interface RequestTimesRow {
  readonly method: string;
  readonly route: string;
  readonly count: number;
  /** Status 500 and above, or the connection was lost before the answer's end. */
  readonly errors: number;
  readonly meanMillis: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

export interface RequestTimesAnswer {
  /** The most time in all first. */
  readonly routes: readonly RequestTimesRow[];
  /** Since when. */
  readonly sinceMillis: number;
  /** Milliseconds since these figures were taken: more than a second where the
   * main thread is stuck. */
  readonly ageMillis: number;
}

/** An answer with a status of 400 and above. */
export interface Refusal {
  readonly error: {
    /** Stable, as those of the package's errors. */
    readonly code: string;
    readonly message: string;
  };
}
