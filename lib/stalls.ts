import { native } from './native';
import type { Frame } from './profile/frames';
import type { Profile } from './profile/profile';
import { expectResult, profileOfTable } from './snapshot';

/** A time in which an event loop did not turn. */
export interface Stall {
  /** Counts up from 1 in a process. */
  readonly id: number;
  /** Node's `threadId`. */
  readonly thread: number;
  readonly threadName: string;
  /** When it began, in milliseconds since the Unix epoch. */
  readonly startMillis: number;
  /** Up to now while it lasts. */
  readonly durationMillis: number;
  readonly ended: boolean;
  /** Samples taken in it. While it lasts in native code there are none yet. */
  readonly samples: number;
  /** The stack with the most samples, leaf first. */
  readonly hottestStack: readonly Frame[];
  /** Its samples. */
  readonly hottestHits: number;
  /** What the thread did in it. */
  readonly profile: Profile;
}

const NANOS_PER_MILLI = 1e6;

/** The stalls that are kept, the last first. */
export function stallsNow(): Stall[] {
  const intervalMicros = native.currentTable()?.intervalMicros ?? 0;
  return expectResult(native.stalls()).map((stall) => ({
    id: stall.id,
    thread: stall.thread,
    threadName: stall.threadName,
    startMillis: stall.startMillis,
    durationMillis: stall.durationNanos / NANOS_PER_MILLI,
    ended: stall.ended,
    samples: stall.samples,
    hottestStack: stall.hottestStack,
    hottestHits: stall.hottestHits,
    profile: profileOfTable(stall.table, { intervalMillis: intervalMicros / 1000 }),
  }));
}
