import { types } from 'node:util';

import { expectPattern, wrongType } from '../arguments';
import { FrameKind, type Frame, type Frames } from './frames';

/** Frames whose name, or whose `url:line:column`, matches the regular expression
 * or contains the string. */
export type FramePattern = RegExp | string;

/** A test of frames, or a `TypeError` that says what `name` should be. */
export function expectMatcher(name: string, pattern: unknown): (frame: Frame) => boolean {
  if (typeof pattern === 'string') {
    return (frame) => frame.name.includes(pattern) || placeOf(frame).includes(pattern);
  }
  if (!types.isRegExp(pattern)) throw wrongType('a regular expression or a string', name, pattern);
  const tested = expectPattern(name, pattern);
  return (frame) => tested.test(frame.name) || tested.test(placeOf(frame));
}

function placeOf({ url, line, column }: Frame): string {
  return `${url}:${String(line)}:${String(column)}`;
}

/** 1 for each frame that matches, roots apart. */
export function matchingFrames(frames: Frames, matches: (frame: Frame) => boolean): Uint8Array {
  return Uint8Array.from({ length: frames.length }, (_, index) =>
    frames.kind(index) !== FrameKind.root && matches(frames.at(index)) ? 1 : 0,
  );
}
