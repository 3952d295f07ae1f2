import type { RealInterval } from './profile/real-interval';

// Types alone, as the code of the browser shares them.

/** How often something took time, in milliseconds. */
export interface TimeStats {
  readonly count: number;
  /** 0 when there were none. */
  readonly meanMillis: number;
  readonly worstMillis: number;
}

/** What profiling costs and has met with since `start()`, in all threads. */
export interface ProfilerStats {
  readonly overhead: {
    /** Of one core, in the last second or so. */
    readonly share: number;
    /** Of one core, since `start()`. */
    readonly meanShare: number;
    /** The most that it may be: `maxOverhead`. */
    readonly budget: number;
    /** Milliseconds since `start()`. */
    readonly spanMillis: number;
    /** Milliseconds of CPU time by part; all but the last two on the threads of
     * the program. Of these, the budget leaves out repairs and joins, which no
     * interval makes cheaper. */
    readonly millis: {
      readonly drains: number;
      /** Samples taken, times what the signal of one was seen to cost. */
      readonly signals: number;
      readonly wakes: number;
      readonly repairs: number;
      /** V8 profilers made in threads that joined since `start()`. The loading of
       * this package in a worker comes on top. */
      readonly joins: number;
      /** The profiler's own thread. */
      readonly samplingThread: number;
      /** V8's sampling threads. */
      readonly v8Threads: number;
    };
    /** Whether `v8Threads` was measured (Linux), or foretold from the samples. */
    readonly v8ThreadsMeasured: boolean;
  };
  readonly interval: {
    readonly askedMillis: number;
    /** Longer than asked for where the budget wants it. */
    readonly currentMillis: number;
    /** As measured between samples; null before two in a row. */
    readonly reached: RealInterval | null;
  };
  /** Each stopped its thread so long. */
  readonly drains: TimeStats;
  readonly samples: {
    readonly taken: number;
    /** Taken and not shown under their functions, or lost: what `dropped` of a
     * profile counts. */
    readonly dropped: number;
    /** Deeper than the 255 frames that V8 looks at: without their callers. */
    readonly truncated: number;
    /** In builtins of V8. */
    readonly inBuiltins: number;
    /** Of those in builtins, where V8 would have skipped the function that called the
     * builtin. 0 where V8 samples without signals (Windows). */
    readonly corrected: number;
    /** Whether V8's sampling threads come before a thread that is at work, so that on
     * one core short work is seen as well (Linux 6.12 and later). */
    readonly shortSlices: boolean;
    /** Not taken, as V8's profiler was stuck; part of `dropped`. */
    readonly lost: number;
  };
  readonly parks: {
    readonly count: number;
    /** Of all threads; of parks that have ended. */
    readonly millis: number;
    /** Each held up the first JavaScript after a park so long. */
    readonly wakes: TimeStats;
  };
  /** V8 profilers that were stuck and made anew; each stopped its thread so long. */
  readonly repairs: TimeStats;
  readonly threads: {
    readonly joined: number;
    /** With code that was hot before; it may be shown on its callers. */
    readonly joinedLate: number;
    /** V8 profilers made for them; each held up its thread so long. */
    readonly joins: TimeStats;
  };
  readonly stalls: {
    /** Since `start()`, kept or not. */
    readonly count: number;
    /** Lines that could not be written into `stalls.file`. */
    readonly linesNotWritten: number;
  };
  readonly table: {
    readonly nodes: number;
    readonly maxNodes: number;
    readonly frames: number;
    /** Bytes of names. */
    readonly stringBytes: number;
  };
}
