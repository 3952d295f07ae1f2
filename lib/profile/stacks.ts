import { expectBoolean, expectOptions } from '../arguments';
import { ProfileBuilder } from './builder';
import {
  addCounts,
  addLines,
  descriptionOf,
  frameNumbers,
  hasCounts,
  threadDescriptionOf,
} from './copy';
import { FrameKind } from './frames';
import { expectMatcher, matchingFrames } from './matcher';
import { isNodeInternal, npmPackageOf } from './packages';
import type { Profile } from './profile';

/** Which frames to take out of stacks; none by default. */
export interface HideOptions {
  /** Those of Node.js's own modules, `node:…`. */
  nodeInternals?: boolean;
  /** Those of packages in `node_modules`. */
  nodeModules?: boolean;
}

/** `Profile.focus()`. */
export function focus(profile: Profile, pattern: unknown): Profile {
  return withStacks(profile, pattern, (contains) => contains);
}

/** `Profile.ignore()`. */
export function ignore(profile: Profile, pattern: unknown): Profile {
  return withStacks(profile, pattern, (contains) => !contains);
}

/** A profile of the stacks that are kept, by whether they contain a match. */
function withStacks(
  profile: Profile,
  pattern: unknown,
  keeps: (contains: boolean) => boolean,
): Profile {
  const { parent, frame, frames } = profile;
  const matches = matchingFrames(frames, expectMatcher('the pattern', pattern));
  const contains = new Uint8Array(profile.length);
  for (let node = 0; node < profile.length; node++) {
    const caller = parent[node] as number;
    const above = caller < 0 ? 0 : (contains[caller] as number);
    contains[node] = (matches[frame[node] as number] as number) | above;
  }
  return rebuilt(profile, {
    isHidden: () => false,
    isCounted: (node) => keeps(contains[node] === 1),
  });
}

/** `Profile.hide()`. */
export function hide(profile: Profile, options: unknown): Profile {
  const given = expectOptions('the options', options, ['nodeInternals', 'nodeModules']);
  const nodeInternals = expectBoolean('nodeInternals', given.nodeInternals ?? false);
  const nodeModules = expectBoolean('nodeModules', given.nodeModules ?? false);
  if (!nodeInternals && !nodeModules) return profile;
  const { frame, frames } = profile;
  const hidden = Uint8Array.from({ length: frames.length }, (_, index) => {
    if (frames.kind(index) !== FrameKind.function) return 0;
    const url = frames.url(index);
    return (nodeInternals && isNodeInternal(url)) ||
      (nodeModules && npmPackageOf(url) !== undefined)
      ? 1
      : 0;
  });
  return rebuilt(profile, {
    isHidden: (node) => hidden[frame[node] as number] === 1,
    isCounted: () => true,
  });
}

/** The same profile without some frames, or without some counts. */
function rebuilt(
  profile: Profile,
  { isHidden, isCounted }: Record<'isHidden' | 'isCounted', (node: number) => boolean>,
): Profile {
  const { parent, frame, thread, length } = profile;
  const builder = new ProfileBuilder();
  const numberOf = frameNumbers(builder, profile.frames);
  const roots = profile.threads.map((each) => builder.thread(threadDescriptionOf(each)));
  const places = new Uint32Array(length);
  for (let node = 0; node < length; node++) {
    const caller = parent[node] as number;
    const root = roots[thread[node] as number] as number;
    const above = caller < 0 ? root : (places[caller] as number);
    const stays = caller >= 0 && !isHidden(node);
    let to = stays ? builder.child(above, numberOf(frame[node] as number)) : above;
    places[node] = to;
    if (!isCounted(node)) continue;
    if (caller >= 0 && to === root && hasCounts(profile, node)) {
      // Nothing of the stack is left: no function that is shown was running.
      to = builder.child(to, builder.frame(PROGRAM, FrameKind.program));
    }
    addCounts(builder, to, profile, node);
  }
  addLines(builder, profile, (node) =>
    isHidden(node) || !isCounted(node) ? undefined : places[node],
  );
  return builder.finish(descriptionOf(profile));
}

const PROGRAM = { name: '(program)', url: '', line: 0, column: 0 };
