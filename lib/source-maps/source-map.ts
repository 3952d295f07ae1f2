import { decodedMappings, FlattenMap, traceSegment, type TraceMap } from '@jridgewell/trace-mapping';

/** A place in a file that people wrote. Lines and columns count from 1. */
export interface OriginalPlace {
  /** Index of the file among those of the map. */
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

/** Why a map cannot be used, in words that complete "its source map …". It never
 * quotes the file: what is no map may be anything. */
export class UnusableMap extends Error {}

// A decoded segment takes some 80 bytes: more of them is more than is worth it.
const MOST_SEGMENTS = 8_000_000;
const MOST_LINES = 2_000_000;
const LONGEST_NAME = 4096;
const LARGEST_POSITION = 2 ** 31;
const BYTES_PER_SEGMENT = 80;

type Segment = readonly number[];

/** A source map that was checked, decoded when first asked. */
export class SourceMap {
  /** Roughly what it takes in memory. */
  readonly bytes: number;
  readonly #map: TraceMap;

  /**
   * @param content the text of a map, or what is in it
   * @param url what its sources are relative to
   * @throws UnusableMap
   */
  constructor(content: unknown, url: string) {
    const parsed = typeof content === 'string' ? parse(content) : content;
    const segments = check(parsed);
    try {
      this.#map = new FlattenMap(withoutContent(parsed) as never, url);
    } catch {
      throw new UnusableMap('is broken');
    }
    const { names, resolvedSources } = this.#map;
    this.bytes = segments * BYTES_PER_SEGMENT + sizeOf(names) + sizeOf(resolvedSources);
  }

  get hasNames(): boolean {
    return this.#map.names.length > 0;
  }

  /** The URL of a source, as the map has it resolved. */
  sourceUrl(source: number): string {
    return this.#map.resolvedSources[source] ?? '';
  }

  /**
   * The place that the one at a generated line and column was made from; column 0
   * is unknown. What stands before all mappings of its line was made from nothing:
   * helpers that a bundler added, for example.
   */
  at(line: number, column: number): OriginalPlace | undefined {
    if (line === 1 && column === 1) return this.#program();
    return placeOf(column === 0 ? this.#firstSegment(line) : this.#segment(line, column));
  }

  /** A program as a whole is one file, or a bundle of many. */
  #program(): OriginalPlace | undefined {
    return this.#map.sources.length === 1 ? { source: 0, line: 1, column: 1 } : undefined;
  }

  /** The original name of what begins just there. */
  nameAt(line: number, column: number): string | undefined {
    const segment = this.#segment(line, column);
    if (segment?.length !== 5 || segment[0] !== column - 1) return undefined;
    const name: unknown = this.#map.names[segment[4] as number];
    const usable = typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME;
    return usable ? name : undefined;
  }

  /** The first line of `source` that a generated line was made from. */
  lineOf(line: number, source: number): number | undefined {
    return placeOf(this.#firstSegment(line, source))?.line;
  }

  #segment(line: number, column: number): Segment | undefined {
    return traceSegment(this.#map, line - 1, column - 1) ?? undefined;
  }

  #firstSegment(line: number, source?: number): Segment | undefined {
    return decodedMappings(this.#map)[line - 1]?.find(
      (segment) => segment.length > 1 && (source === undefined || segment[1] === source),
    );
  }
}

function placeOf(segment: Segment | undefined): OriginalPlace | undefined {
  if (segment === undefined || segment.length === 1) return undefined;
  const [, source = -1, line = -1, column = -1] = segment;
  // What a broken map decodes to.
  for (const each of [source, line, column]) {
    if (!(each >= 0 && each < LARGEST_POSITION)) return undefined;
  }
  return { source, line: line + 1, column: column + 1 };
}

function parse(text: string): unknown {
  try {
    // Some servers put `)]}'` in front, so that it is no script.
    return JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, '')) as unknown;
  } catch {
    throw new UnusableMap('is no JSON');
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks a map, and how large it becomes. @returns at most so many segments */
function check(map: unknown): number {
  let segments = 0;
  // Not by recursion: sections may have sections.
  const left: { map: unknown; line: number }[] = [{ map, line: 0 }];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (!isObject(each.map) || each.map.version !== 3) throw new UnusableMap('is not of version 3');
    const { sections } = each.map;
    if (sections === undefined) {
      segments += checkPlain(each.map, each.line);
    } else {
      if (!Array.isArray(sections)) throw new UnusableMap('has no valid sections');
      for (const section of sections as unknown[]) left.push(checkSection(section, each.line));
    }
    if (segments > MOST_SEGMENTS || left.length > MOST_LINES) throw new UnusableMap('is too large');
  }
  return segments;
}

function checkSection(section: unknown, line: number): { map: unknown; line: number } {
  const { offset, map } = isObject(section) ? section : {};
  if (!isObject(offset) || !isPosition(offset.line) || !isPosition(offset.column)) {
    throw new UnusableMap('has no valid sections');
  }
  return { map, line: line + offset.line };
}

function checkPlain({ mappings, sources, names, sourceRoot }: Fields, line: number): number {
  if (typeof mappings !== 'string' || /[^A-Za-z0-9+/,;]/.test(mappings)) {
    throw new UnusableMap('has no valid mappings');
  }
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
  if (!Array.isArray(sources) || !sources.every(isTextOrNull)) {
    throw new UnusableMap('has no valid sources');
  }
  if (names !== undefined && (!Array.isArray(names) || !names.every(isText))) {
    throw new UnusableMap('has no valid names');
  }
  if (sourceRoot !== undefined && !isTextOrNull(sourceRoot)) {
    throw new UnusableMap('has no valid sourceRoot');
  }
  let segments = 1;
  let lines = line;
  for (let index = 0; index < mappings.length; index++) {
    const code = mappings.charCodeAt(index);
    if (code === 0x2c) segments++;
    else if (code === 0x3b) lines++;
  }
  if (lines > MOST_LINES) throw new UnusableMap('is too large');
  return segments + (lines - line);
}

function isPosition(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** The text of the sources is most of a map, and not needed. */
function withoutContent(map: unknown): unknown {
  const { sourcesContent: _, sections, ...fields } = map as Fields;
  const plain = { names: [], ...fields };
  if (sections === undefined) return plain;
  return {
    ...plain,
    sections: (sections as { offset: unknown; map: unknown }[]).map((section) => ({
      offset: section.offset,
      map: withoutContent(section.map),
    })),
  };
}

function sizeOf(strings: readonly string[]): number {
  return strings.reduce((sum, each) => sum + 2 * (each as string | null ?? '').length + 16, 0);
}
