import type { NativeStats } from './native';
import type { ProfilerStats, TimeStats } from './profiler-stats';

export type { ProfilerStats, TimeStats };

const NANOS_PER_MILLI = 1e6;

function timesOf({ count, nanos, worstNanos }: NativeStats['drains']): TimeStats {
  return {
    count,
    meanMillis: count > 0 ? nanos / count / NANOS_PER_MILLI : 0,
    worstMillis: worstNanos / NANOS_PER_MILLI,
  };
}

/** Puts native figures in order. */
export function statsOf(
  native: NativeStats,
  asked: { intervalMillis: number; maxOverhead: number },
): ProfilerStats {
  const millis = {
    drains: native.drains.cpuNanos / NANOS_PER_MILLI,
    signals: native.signalsNanos / NANOS_PER_MILLI,
    wakes: native.wakes.cpuNanos / NANOS_PER_MILLI,
    repairs: native.repairs.cpuNanos / NANOS_PER_MILLI,
    joins: native.made.cpuNanos / NANOS_PER_MILLI,
    samplingThread: native.samplingThreadNanos / NANOS_PER_MILLI,
    v8Threads: native.v8ThreadsNanos / NANOS_PER_MILLI,
  };
  const spanMillis = native.spanNanos / NANOS_PER_MILLI;
  const spentMillis = Object.values(millis).reduce((sum, each) => sum + each, 0);
  return {
    overhead: {
      share: native.share,
      meanShare: spanMillis > 0 ? spentMillis / spanMillis : 0,
      budget: asked.maxOverhead,
      spanMillis,
      millis,
      v8ThreadsMeasured: native.v8ThreadsMeasured,
    },
    interval: {
      askedMillis: asked.intervalMillis,
      currentMillis: asked.intervalMillis * native.stretch,
      reached: native.intervals.count > 0 ? native.intervals : null,
    },
    drains: timesOf(native.drains),
    samples: {
      taken: native.samples,
      dropped: native.dropped,
      truncated: native.truncated,
      inBuiltins: native.inBuiltins,
      corrected: native.corrected,
      shortSlices: native.shortSlices,
      lost: native.lost,
    },
    parks: {
      count: native.parks,
      millis: native.parkedNanos / NANOS_PER_MILLI,
      wakes: timesOf(native.wakes),
    },
    repairs: timesOf(native.repairs),
    threads: {
      joined: native.joins,
      joinedLate: native.lateJoins,
      joins: timesOf(native.made),
    },
    stalls: { count: native.stalls, linesNotWritten: native.stallsNotWritten },
    table: {
      nodes: native.nodes,
      maxNodes: native.maxNodes,
      frames: native.frames,
      stringBytes: native.stringBytes,
    },
  };
}

/** What a reader of the figures has to know of it. */
export function statsNotes({ interval, overhead, samples, threads, stalls }: ProfilerStats): string[] {
  const notes: string[] = [];
  if (interval.currentMillis > interval.askedMillis * NOTEWORTHY_STRETCH) {
    notes.push(
      `the interval is lengthened from ${interval.askedMillis.toFixed(1)} to ` +
        `${interval.currentMillis.toFixed(1)} ms, to cost at most ` +
        `${(overhead.budget * 100).toFixed(1)} % of a core (maxOverhead)`,
    );
  }
  if (samples.lost > 0) {
    notes.push(`V8's profiler was stuck and has lost some ${String(samples.lost)} samples`);
  }
  if (threads.joinedLate > 0) {
    notes.push(
      `${String(threads.joinedLate)} threads ran before they were profiled; ` +
        'what was hot in them then may be shown on its callers',
    );
  }
  if (stalls.linesNotWritten > 0) {
    notes.push(`${String(stalls.linesNotWritten)} stalls could not be written into stalls.file`);
  }
  return notes;
}

const NOTEWORTHY_STRETCH = 1.05;
