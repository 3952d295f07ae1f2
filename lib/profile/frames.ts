/** A place in a stack. Lines and columns count from 1; 0 is unknown. */
export interface Frame {
  readonly name: string;
  /** Where the function was defined: a path, a `file:` or `node:` URL, or ''. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/**
 * What a frame stands for. All but functions are states of the thread, and are
 * kept apart from functions in every result.
 */
export const FrameKind = {
  function: 0,
  root: 1,
  idle: 2,
  program: 3,
  garbageCollector: 4,
  /** Samples and time inside a drain: the profiler's own cost. */
  profiler: 5,
  /** Samples whose stack no longer fitted into the count table. */
  truncated: 6,
} as const;

export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** The columns of a `Frames`; all are of one length. */
export interface FrameColumns {
  /** Index into the strings. */
  readonly name: Uint32Array;
  /** Index into the strings. */
  readonly url: Uint32Array;
  readonly line: Uint32Array;
  readonly column: Uint32Array;
  /** `FrameKind`s. */
  readonly kind: Uint8Array;
}

/** The distinct frames of a profile, in columns, with each string kept once. */
export class Frames {
  readonly columns: FrameColumns;
  #joined: string;
  #strings: readonly string[] | undefined;

  /** @param strings all of them; or in one, with a NUL between two */
  constructor(strings: string | readonly string[], columns: FrameColumns) {
    this.#joined = typeof strings === 'string' ? strings : '';
    this.#strings = typeof strings === 'string' ? undefined : strings;
    this.columns = columns;
  }

  /** The strings that `name` and `url` point to. Split when first asked for. */
  get strings(): readonly string[] {
    if (this.#strings === undefined) {
      this.#strings = this.#joined.split('\0');
      this.#joined = '';
    }
    return this.#strings;
  }

  /** All strings in one, with a NUL between two; undefined where one has a NUL. */
  get joined(): string | undefined {
    const strings = this.#strings;
    if (strings === undefined) return this.#joined;
    return strings.some((each) => each.includes('\0')) ? undefined : strings.join('\0');
  }

  get length(): number {
    return this.columns.name.length;
  }

  name(index: number): string {
    return this.strings[this.columns.name[index] ?? -1] ?? '';
  }

  url(index: number): string {
    return this.strings[this.columns.url[index] ?? -1] ?? '';
  }

  kind(index: number): FrameKind {
    return (this.columns.kind[index] ?? FrameKind.function) as FrameKind;
  }

  at(index: number): Frame {
    return {
      name: this.name(index),
      url: this.url(index),
      line: this.columns.line[index] ?? 0,
      column: this.columns.column[index] ?? 0,
    };
  }
}
