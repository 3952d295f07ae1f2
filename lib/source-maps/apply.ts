import { ProfileBuilder } from '../profile/builder';
import { FrameKind, type Frame } from '../profile/frames';
import type { Profile } from '../profile/profile';
import { originalName } from './names';
import { originalUrl, type Generated } from './source-maps';

/** No line: it is not known what it was made from. */
const UNKNOWN_LINE = 0;

/**
 * A profile on its way to original places. Programs are given one after the other,
 * so that not all of their maps have to be in memory at a time.
 */
export class Mapping {
  readonly #profile: Profile;
  /** Frames by the URL of their program. */
  readonly #framesOf = new Map<string, number[]>();
  /** Indices into the columns of lines, likewise. */
  readonly #linesOf = new Map<string, number[]>();
  readonly #frames = new Map<number, Frame>();
  readonly #lines: Uint32Array;
  /** Frames of threads that gave no answer: they are in no column. */
  readonly #lastSeen = new Map<Frame, Frame>();

  constructor(profile: Profile) {
    this.#profile = profile;
    const { frames } = profile;
    for (let index = 0; index < frames.length; index++) {
      if (frames.kind(index) !== FrameKind.function) continue;
      const url = frames.url(index);
      if (url !== '') pushTo(this.#framesOf, url, index);
    }
    this.#lines = profile.lineNumber.slice();
    for (let index = 0; index < profile.lineNode.length; index++) {
      pushTo(this.#linesOf, frames.url(this.#frameOfLine(index)), index);
    }
    for (const { lastSeen = [] } of profile.threads) {
      for (const { url } of lastSeen) if (!this.#framesOf.has(url)) this.#framesOf.set(url, []);
    }
  }

  #frameOfLine(index: number): number {
    return this.#profile.frame[this.#profile.lineNode[index] as number] as number;
  }

  /** Of all programs, in the order of their frames. */
  get urls(): string[] {
    return [...this.#framesOf.keys()];
  }

  /** Maps all frames of the program at `url`. */
  add(url: string, generated: Generated): void {
    const { frames, frame } = this.#profile;
    const sources = new Map<number, number>();
    for (const index of this.#framesOf.get(url) ?? []) {
      const given = frames.at(index);
      const original = originalFrame(given, generated);
      if (original === undefined) continue;
      this.#frames.set(index, original.frame);
      sources.set(index, original.source);
    }
    for (const { lastSeen = [] } of this.#profile.threads) {
      for (const each of lastSeen) {
        if (each.url !== url) continue;
        const original = originalFrame(each, generated);
        if (original !== undefined) this.#lastSeen.set(each, original.frame);
      }
    }
    const { map } = generated;
    if (map === undefined) return;
    // A line may be long, and be that of many functions.
    const known = new Map<string, number>();
    const lineOf = (line: number, source: number): number => {
      const key = `${String(line)} ${String(source)}`;
      const found = known.get(key) ?? map.lineOf(line, source) ?? UNKNOWN_LINE;
      known.set(key, found);
      return found;
    };
    for (const index of this.#linesOf.get(url) ?? []) {
      const frameIndex = frame[this.#profile.lineNode[index] as number] as number;
      const source = sources.get(frameIndex);
      if (source === undefined) continue;
      const line = this.#lines[index] as number;
      // V8 counts by line. On its first line a function begins in the midst.
      this.#lines[index] =
        line === frames.columns.line[frameIndex]
          ? (this.#frames.get(frameIndex)?.line ?? UNKNOWN_LINE)
          : lineOf(line, source);
    }
  }

  /** The mapped profile. What became equal is one; the rest is as it was. */
  finish(): Profile {
    if (this.#frames.size === 0 && this.#lastSeen.size === 0) return this.#profile;
    const profile = this.#profile;
    const { frames, parent, frame, selfHits, selfWallNanos, selfCpuNanos } = profile;
    const builder = new ProfileBuilder();
    const frameIds = Uint32Array.from({ length: frames.length }, (_, index) =>
      builder.frame(this.#frames.get(index) ?? frames.at(index), frames.kind(index)),
    );
    const nodes = new Uint32Array(profile.length);
    for (let node = 0; node < profile.length; node++) {
      const caller = parent[node] as number;
      const id =
        caller < 0
          ? builder.thread(this.#thread(profile.thread[node] as number))
          : builder.child(nodes[caller] as number, frameIds[frame[node] as number] as number);
      nodes[node] = id;
      builder.add(
        id,
        selfHits[node] as number,
        selfWallNanos[node],
        selfCpuNanos[node],
      );
    }
    for (let index = 0; index < profile.lineNode.length; index++) {
      const line = this.#lines[index] as number;
      if (line === UNKNOWN_LINE) continue;
      const node = nodes[profile.lineNode[index] as number] as number;
      builder.addLine(node, line, profile.lineHits[index] as number);
    }
    return builder.finish(profile);
  }

  #thread(index: number): Omit<Profile['threads'][number], 'firstNode'> {
    const thread = this.#profile.threads[index] as Profile['threads'][number];
    const { firstNode: _, lastSeen, ...description } = thread;
    if (lastSeen === undefined) return description;
    return {
      ...description,
      lastSeen: lastSeen.map((each) => this.#lastSeen.get(each) ?? each),
    };
  }
}

function pushTo(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function originalFrame(
  frame: Frame,
  { url, map, lines }: Generated,
): { frame: Frame; source: number } | undefined {
  if (map === undefined) return { frame: { ...frame, url }, source: -1 };
  const { line, column } = frame;
  const place = line < 1 ? undefined : map.at(line, column);
  const source = place === undefined ? undefined : originalUrl(map.sourceUrl(place.source), url);
  if (place === undefined || source === undefined) return undefined;
  return {
    frame: {
      name: originalName(map, lines?.at(line), frame),
      url: source,
      line: place.line,
      column: place.column,
    },
    source: place.source,
  };
}
