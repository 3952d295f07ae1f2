/**
 * What a page with a flame graph carries: columns, and each string once. The
 * page is JSON read by a browser, so columns are plain arrays here.
 *
 * It has types alone, as the code of the browser shares it.
 */
export interface FlameData {
  readonly title: string;
  /** What stands in the head of the page: of the profile, or of each of two. */
  readonly facts: readonly FlameFacts[];
  readonly notes: readonly string[];
  /** The values that the profile has; the first is shown first. */
  readonly values: readonly FlameValue[];
  /** Their names, in the order of the roots. */
  readonly threads: readonly string[];
  readonly strings: readonly string[];
  /** `''` is the program's own code. */
  readonly packages: readonly string[];
  readonly frames: {
    /** Index into the strings; likewise `url`. */
    readonly name: readonly number[];
    readonly url: readonly number[];
    readonly line: readonly number[];
    readonly column: readonly number[];
    /** `FrameKind`s, or `THIN`. */
    readonly kind: readonly number[];
    /** Index into the packages, or -1 for states and what is part of V8. */
    readonly pack: readonly number[];
  };
  readonly nodes: {
    /** How many nodes before it its parent stands; 0 for a root. */
    readonly up: readonly number[];
    readonly frame: readonly number[];
  };
  /** Self counts of the nodes: of the profile, or of before and of after. */
  readonly sides: readonly FlameCounts[];
  /** Hits by source line, summed over the nodes of each frame. */
  readonly lines: {
    readonly frame: readonly number[];
    readonly line: readonly number[];
    readonly hits: readonly number[];
  };
  /** Nodes that were too thin to be kept, each in its parent's `THIN` node. */
  readonly thinNodes: number;
}

export interface FlameFacts {
  /** `before` or `after`; '' of a single profile. */
  readonly of: string;
  readonly facts: readonly (readonly [label: string, text: string])[];
}

export type FlameValue = 'samples' | 'wall' | 'cpu';

/** Times are in microseconds: a sample is far longer. */
export type FlameCounts = Readonly<Record<FlameValue, readonly number[]>>;

/** The kind of a frame that stands for nodes too thin to be kept. */
export type ThinKind = 100;
