import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { MAX_FILE_BYTES, pathOf, readText, stampOf, type FileProblem } from './files';
import { commentsOf } from './comment';
import { Lines } from './lines';
import { SourceMap, UnusableMap } from './source-map';

/** What is known of a program file that frames point to. */
export interface Generated {
  /** Of the frames' own URL, or what `//# sourceURL` calls it. */
  readonly url: string;
  readonly map?: SourceMap | undefined;
  /** The program itself, where its names have to be looked up. */
  readonly lines?: Lines | undefined;
}

interface Found extends Omit<Generated, 'url'> {
  readonly sourceUrl?: string | undefined;
  /** The program file is not on this machine. */
  readonly isMissing?: boolean;
  readonly warning?: string | undefined;
}

interface Kept {
  readonly found: Found;
  /** Files that were looked at, and how they were. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly bytes: number;
}

/** What a search comes to. */
export interface Search {
  readonly generated: Generated | undefined;
  readonly isMissing: boolean;
  readonly warning: string | undefined;
}

const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
const NOTHING: Search = { generated: undefined, isMissing: false, warning: undefined };

/**
 * Finds the source maps of program files on this machine, and keeps those that
 * were used last, as long as their files stay as they were. Nothing but files is
 * read: what is at another URL is left alone.
 */
export class SourceMaps {
  readonly #cacheBytes: number;
  /** By path; the one used last is the last. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #filesRead = 0;

  constructor(cacheBytes = DEFAULT_CACHE_BYTES) {
    this.#cacheBytes = cacheBytes;
  }

  /** Bytes of memory that the maps kept take, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many times files were read. */
  get filesRead(): number {
    return this.#filesRead;
  }

  /** Looks for the map of the program at `url`. */
  find(url: string, isWanted: (path: string) => boolean): Search {
    const path = pathOf(url);
    if (path === undefined || !isWanted(path)) return NOTHING;
    const { sourceUrl, map, lines, warning, isMissing = false } = this.#foundAt(path);
    const generated =
      map === undefined && sourceUrl === undefined
        ? undefined
        : { url: map === undefined ? (sourceUrl as string) : url, map, lines };
    return { generated, warning, isMissing };
  }

  #foundAt(path: string): Found {
    const kept = this.#kept.get(path);
    if (kept !== undefined) {
      this.#kept.delete(path);
      if ([...kept.stamps].every(([file, stamp]) => stampOf(file) === stamp)) {
        this.#kept.set(path, kept);
        return kept.found;
      }
      this.#bytes -= kept.bytes;
    }
    const stamps = new Map<string, string>();
    const found = this.#search(path, stamps);
    const bytes = 256 + 2 * (found.lines?.length ?? 0) + (found.map?.bytes ?? 0);
    this.#keep(path, { found, stamps, bytes });
    return found;
  }

  #keep(path: string, kept: Kept): void {
    this.#kept.set(path, kept);
    this.#bytes += kept.bytes;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#cacheBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }

  #read(path: string, stamps: Map<string, string>): ReturnType<typeof readText> {
    stamps.set(path, stampOf(path));
    this.#filesRead++;
    return readText(path);
  }

  #search(path: string, stamps: Map<string, string>): Found {
    const read = this.#read(path, stamps);
    if ('problem' in read && read.problem !== 'missing') {
      return { warning: warningOf(path, `it is ${described(read.problem)}`) };
    }
    const text = 'text' in read ? read.text : undefined;
    const { sourceMappingUrl, sourceUrl } = commentsOf(text ?? '');
    const base = sourceUrl === undefined ? hrefOf(path) : resolved(sourceUrl, hrefOf(path));
    try {
      const map = this.#mapOf(path, sourceMappingUrl, base, stamps);
      if (map !== undefined) {
        const lines = map.hasNames && text !== undefined ? new Lines(text) : undefined;
        return { map, lines };
      }
    } catch (error) {
      if (!(error instanceof UnusableMap)) throw error;
      return { warning: warningOf(path, `its source map ${error.message}`) };
    }
    return {
      isMissing: text === undefined,
      sourceUrl: sourceUrl === undefined ? undefined : renamed(path, base),
    };
  }

  /** The map that the file names, or that stands beside it. @throws UnusableMap */
  #mapOf(
    path: string,
    comment: string | undefined,
    base: string,
    stamps: Map<string, string>,
  ): SourceMap | undefined {
    if (comment !== undefined && /^data:/i.test(comment)) {
      return new SourceMap(contentOfDataUrl(comment), base);
    }
    const named = comment === undefined ? [] : filesNamed(comment, base, path);
    for (const file of new Set([...named, `${path}.map`])) {
      const read = this.#read(file, stamps);
      if ('text' in read) return new SourceMap(read.text, hrefOf(file));
      if (read.problem !== 'missing') throw new UnusableMap(`is ${described(read.problem)}`);
    }
    if (named.length > 0) throw new UnusableMap('is missing');
    return undefined;
  }
}

function described(problem: FileProblem): string {
  const most = `${String(MAX_FILE_BYTES / (1024 * 1024))} MB`;
  return problem === 'too large' ? `larger than ${most}` : problem;
}

function warningOf(path: string, problem: string): string {
  return `Expected a source map of ${path} but ${problem}: its frames keep the generated position`;
}

function hrefOf(path: string): string {
  return pathToFileURL(path).href;
}

/** `url` relative to `base`; `base` where it is no URL. */
function resolved(url: string, base: string): string {
  try {
    return new URL(url, base).href;
  } catch {
    return base;
  }
}

/** What `//# sourceURL` names the file at `path`: a path like it, or a URL. */
function renamed(path: string, url: string): string | undefined {
  const name = pathOf(url) ?? url;
  return name === path ? undefined : name;
}

/** Files that a comment may mean: mostly a URL, sometimes just a path. None for
 * what is not on this machine. */
function filesNamed(comment: string, base: string, path: string): string[] {
  const files: string[] = [];
  const asUrl = pathOf(resolved(comment, base));
  if (asUrl !== undefined && asUrl !== path) files.push(asUrl);
  if (/^[a-z][a-z0-9+.-]+:/i.test(comment) || /^[\\/]{2}/.test(comment)) return files;
  const asPath = resolve(dirname(path), comment);
  if (asPath !== path) files.push(asPath);
  return files;
}

/** @throws UnusableMap */
function contentOfDataUrl(url: string): string {
  const comma = url.indexOf(',');
  if (comma < 0) throw new UnusableMap('is no valid data URL');
  const content = url.slice(comma + 1);
  if (/;base64$/i.test(url.slice(0, comma))) return Buffer.from(content, 'base64').toString();
  try {
    return decodeURIComponent(content);
  } catch {
    throw new UnusableMap('is no valid data URL');
  }
}

/** The map that Node.js has of a program, from `module.findSourceMap()`. */
export function generatedOfNode(url: string, payload: unknown): Search {
  const path = pathOf(url);
  try {
    const map = new SourceMap(payload, path === undefined ? url : hrefOf(path));
    return { ...NOTHING, generated: { url, map } };
  } catch (error) {
    if (!(error instanceof UnusableMap)) throw error;
    return { ...NOTHING, warning: warningOf(url, `the source map that Node.js has ${error.message}`) };
  }
}

/** The URL of an original file, in the form that the frames of its program have:
 * a path where theirs is a path. undefined where the map names none. */
export function originalUrl(source: string, generatedUrl: string): string | undefined {
  const LONGEST = 32_768;
  if (source === '' || source.length > LONGEST) return undefined;
  if (!/^file:/i.test(source)) return source;
  let path: string;
  try {
    path = fileURLToPath(source);
  } catch {
    return source;
  }
  return /^file:/i.test(generatedUrl) ? hrefOf(path) : path;
}
