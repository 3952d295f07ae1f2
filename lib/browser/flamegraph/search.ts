import type { Source } from './source';
import { countStacks, type View } from './view';

/** The frames that a search found. */
export interface Found {
  /** One number a frame of the source: 1 where it matches. */
  readonly matches: Uint8Array;
  readonly frames: number;
  /** Meant as a regular expression, which it is not. */
  readonly isBroken: boolean;
}

/**
 * Searches names, places and packages. Upper and lower case are one; a text
 * between slashes is a regular expression.
 *
 * @returns null where there is nothing to search for
 */
export function search(source: Source, text: string): Found | null {
  const wanted = text.trim();
  if (wanted === '') return null;
  const pattern = patternIn(wanted);
  const test = pattern ? (text: string): boolean => pattern.test(text) : containing(wanted);
  const { length } = source.kind;
  const matches = new Uint8Array(length);
  let frames = 0;
  for (let frame = 0; frame < length; frame++) {
    if (test(source.name(frame)) || test(source.place(frame)) || test(source.owner(frame))) {
      matches[frame] = 1;
      frames++;
    }
  }
  return { matches, frames, isBroken: pattern === null };
}

/** @returns null where it is meant to be one, but is none; as long as it is being
 * typed it may be that */
function patternIn(wanted: string): RegExp | null | undefined {
  const expression = /^\/(.+)\/$/s.exec(wanted)?.[1];
  if (expression === undefined) return undefined;
  try {
    return new RegExp(expression, 'iu');
  } catch {
    return null;
  }
}

function containing(wanted: string): (text: string) => boolean {
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase().includes(lower);
}

export function isMatch(view: View, found: Found, node: number): boolean {
  const frame = view.frame[node] as number;
  return frame >= 0 && found.matches[frame] === 1;
}

/** Of each side, what was counted in stacks with a match. */
export function countMatches(view: View, found: Found): number[] {
  return countStacks(view, (node) => isMatch(view, found, node));
}
