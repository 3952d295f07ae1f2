import { ProfileBuilder } from './builder';
import { descriptionOf, frameNumbers } from './copy';
import { FrameKind, type Frames } from './frames';
import { addTree, mergeThreads, sharedValueTypes, threadKey } from './merge';
import { Profile, type ProfileData } from './profile';
import { selfColumn } from './shares';
import type { ValueName } from './values';

/**
 * Two profiles over one tree that has the nodes of both: the same frames, threads,
 * `parent`, `frame` and `thread`, each with its own counts, zero where it has none.
 */
export function align(before: Profile, after: Profile): { before: Profile; after: Profile } {
  const sides = [before, after];
  const builder = new ProfileBuilder();
  const threads = mergeThreads(sides);
  const roots = new Map<string, number>();
  for (const [key, thread] of threads) roots.set(key, builder.thread(thread));

  const same = matchFrames(before, after);
  const ofBefore = frameNumbers(builder, before.frames);
  const ofAfter = frameNumbers(builder, after.frames);
  const beforePlaces = addTree(builder, roots, before, (frame) => {
    const match = same.before[frame] as number;
    return match < 0 ? ofBefore(frame) : ofAfter(match);
  });
  const afterPlaces = addTree(builder, roots, after, (frame) =>
    ofAfter(same.after[frame] as number),
  );

  const { order, place, ...tree } = builder.finishTree({ keepEmpty: true });
  const valueTypes = sharedValueTypes(sides);
  const side = (profile: Profile, places: Uint32Array): Profile => {
    const to = places.map((node) => place[node] as number);
    const column = (name: ValueName): Float64Array => {
      const counts = new Float64Array(order.length);
      if (!valueTypes.some((each) => each.name === name)) return counts;
      selfColumn(profile, name).forEach((each, node) => {
        const at = to[node] as number;
        counts[at] = (counts[at] as number) + each;
      });
      return counts;
    };
    return new Profile({
      ...descriptionOf(profile),
      ...tree,
      threads: threadsOf(profile, tree.threads),
      valueTypes,
      selfHits: column('samples'),
      selfWallNanos: column('wall'),
      selfCpuNanos: column('cpu'),
      ...linesAt(profile, to, valueTypes.some(({ name }) => name === 'samples')),
    });
  };
  return { before: side(before, beforePlaces), after: side(after, afterPlaces) };
}

/** All threads, with what this side knows of them. */
function threadsOf(profile: Profile, all: Profile['threads']): Profile['threads'] {
  const known = mergeThreads([profile]);
  return all.map(({ id, name, firstNode }) => {
    const nothing = { id, name, ended: true, durationNanos: 0, unattributedNanos: 0, ageNanos: 0 };
    return { ...(known.get(threadKey({ id, name })) ?? nothing), firstNode };
  });
}

/** The lines of a profile at the nodes where they stand now. */
function linesAt(
  { lineNode, lineNumber, lineHits }: Profile,
  to: Uint32Array,
  wanted: boolean,
): Pick<ProfileData, 'lineNode' | 'lineNumber' | 'lineHits'> {
  const nodeOf = (line: number): number => to[lineNode[line] as number] as number;
  const numberOf = (line: number): number => lineNumber[line] as number;
  const order = Uint32Array.from({ length: wanted ? lineNode.length : 0 }, (_, line) => line).sort(
    (a, b) => nodeOf(a) - nodeOf(b) || numberOf(a) - numberOf(b),
  );
  const isNew = (line: number, index: number): boolean => {
    const last = order[index - 1];
    return last === undefined || nodeOf(last) !== nodeOf(line) || numberOf(last) !== numberOf(line);
  };
  const first = order.filter(isNew);
  const hits = new Float64Array(first.length);
  let at = -1;
  order.forEach((line, index) => {
    if (isNew(line, index)) at++;
    hits[at] = (hits[at] as number) + (lineHits[line] as number);
  });
  return { lineNode: first.map(nodeOf), lineNumber: first.map(numberOf), lineHits: hits };
}

/**
 * Which frames stand for the same function. Those of one name, file and place do.
 * Where code moved within its file, places differ on both sides: then all
 * functions of one name in one file that have no partner are one. Otherwise an
 * edit at the top of a file would be a new version of all that is below it.
 *
 * @returns for each frame the one of `after` that it is, or -1
 */
function matchFrames(before: Profile, after: Profile): { before: Int32Array; after: Int32Array } {
  const sides = [before, after].map((profile) => {
    const { frames } = profile;
    const functions = usedFunctions(profile);
    return { frames, functions, places: new Set(functions.map((each) => placeOf(frames, each))) };
  });
  const [was, is] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const moved = (from: typeof was, others: ReadonlySet<string>): Map<string, number[]> => {
    const byName = new Map<string, number[]>();
    for (const index of from.functions) {
      if (others.has(placeOf(from.frames, index))) continue;
      const key = nameOf(from.frames, index);
      const group = byName.get(key);
      if (group === undefined) byName.set(key, [index]);
      else group.push(index);
    }
    return byName;
  };
  const beforeAs = new Int32Array(was.frames.length).fill(-1);
  const afterAs = Int32Array.from({ length: is.frames.length }, (_, index) => index);
  const movedAfter = moved(is, was.places);
  for (const [key, from] of moved(was, is.places)) {
    const to = movedAfter.get(key);
    if (to === undefined) continue;
    const { line, column } = is.frames.columns;
    const first = to.reduce((least, each) => {
      const down = (line[each] as number) - (line[least] as number);
      return (down || (column[each] as number) - (column[least] as number)) < 0 ? each : least;
    });
    for (const index of from) beforeAs[index] = first;
    for (const index of to) afterAs[index] = first;
  }
  return { before: beforeAs, after: afterAs };
}

function usedFunctions({ frame, frames }: Profile): number[] {
  const used = new Uint8Array(frames.length);
  for (const index of frame) used[index] = 1;
  return Array.from(used.keys()).filter(
    (index) => used[index] === 1 && frames.kind(index) === FrameKind.function,
  );
}

function nameOf(frames: Frames, index: number): string {
  const name = frames.name(index);
  // The length tells where the name ends, whatever is in it.
  return `${String(name.length)} ${name} ${frames.url(index)}`;
}

function placeOf(frames: Frames, index: number): string {
  const { line, column } = frames.columns;
  return `${nameOf(frames, index)} ${String(line[index])} ${String(column[index])}`;
}
