import type { FormatName } from '../export';
import type { FunctionsQuery, LinesQuery, Selection } from './api';

/** A profile as a file. */
export interface FileQuery extends Selection {
  readonly format: FormatName;
}

/** A profile of the next seconds as a file. */
export interface CaptureQuery {
  readonly format: FormatName;
  readonly seconds: number;
  readonly thread?: number | undefined;
}

/**
 * Answers of a launcher, for the pages: JSON of the types in `api.ts`, or a file,
 * as bytes that are ready to be sent, so that nobody who passes them on has work
 * with them.
 *
 * Rejects with what the package throws: `ERR_PROFILER_NOT_STARTED`,
 * `ERR_PROFILER_UNKNOWN_THREAD`, …
 */
export interface Desk {
  /** `Status`. */
  status(): Promise<Uint8Array>;
  /** `Tick`, with the seconds that began after `afterMillis`. */
  tick(afterMillis: number): Promise<Uint8Array>;
  /** `FunctionsAnswer`. */
  functions(query: FunctionsQuery): Promise<Uint8Array>;
  /** `LinesAnswer`. */
  lines(query: LinesQuery): Promise<Uint8Array>;
  /** `FlameData`. */
  flameGraph(query: Selection): Promise<Uint8Array>;
  /** `StallsAnswer`. */
  stalls(): Promise<Uint8Array>;
  /** `ProfilerStats`. */
  stats(): Promise<Uint8Array>;
  file(query: FileQuery): Promise<Uint8Array>;
  /** Ends early, with a rejection, when `signal` is aborted. */
  capture(query: CaptureQuery, signal: AbortSignal): Promise<Uint8Array>;
}

/** Changes of a launcher, made where it lives. */
export interface Controls {
  pause(): Promise<void>;
  unpause(): Promise<void>;
  setInterval(millis: number): Promise<void>;
  reset(): Promise<void>;
}
