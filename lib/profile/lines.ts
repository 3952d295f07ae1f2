import { expectCount, expectText, wrongType } from '../arguments';
import { FrameKind, type Frame } from './frames';
import { functionTotals } from './function-totals';
import type { Profile } from './profile';
import { inPercent } from './shares';
import { wilson, type Interval } from './statistics';

/** A source line of a function, and the samples that were in it. */
export interface LineRecord {
  /** From 1; 0 for samples whose line is unknown. */
  readonly line: number;
  /** Samples with the function as leaf that were in this line of it. */
  readonly hits: number;
  /** Percent of the function's own samples. */
  readonly share: number;
  /** Percent between which the true share lies in 95 % of cases. */
  readonly shareInterval: Interval;
}

/** A function by its place; without a column all that begin in its line. */
export type FunctionPlace = Pick<Frame, 'name' | 'url' | 'line'> & Partial<Pick<Frame, 'column'>>;

/** `Profile.lines()`. */
export function linesOf(profile: Profile, place: unknown): LineRecord[] {
  const isFunction = framesAt(profile, expectPlace(place));
  const { frame, lineNode, lineNumber, lineHits } = profile;
  const selfHits = functionTotals(profile).selfHits.reduce(
    (sum, each, index) => (isFunction[index] === 1 ? sum + each : sum),
    0,
  );
  const hits = new Map<number, number>();
  let known = 0;
  for (let index = 0; index < lineNode.length; index++) {
    if (isFunction[frame[lineNode[index] as number] as number] !== 1) continue;
    const line = lineNumber[index] as number;
    hits.set(line, (hits.get(line) ?? 0) + (lineHits[index] as number));
    known += lineHits[index] as number;
  }
  if (selfHits > known) hits.set(0, selfHits - known);
  return [...hits]
    .sort(([a], [b]) => a - b)
    .map(([line, lineHits]) => ({
      line,
      hits: lineHits,
      share: (lineHits / selfHits) * 100,
      shareInterval: inPercent(wilson(lineHits / selfHits, selfHits)),
    }));
}

function expectPlace(place: unknown): FunctionPlace {
  if (typeof place !== 'object' || place === null) {
    throw wrongType('a function as { name, url, line }', 'the function', place);
  }
  const { name, url, line, column } = place as Partial<Record<keyof Frame, unknown>>;
  const bounds = { min: 0, max: 0xffff_ffff };
  return {
    name: expectText('name', name),
    url: expectText('url', url),
    line: expectCount('line', line, bounds),
    ...(column === undefined ? {} : { column: expectCount('column', column, bounds) }),
  };
}

function framesAt({ frames }: Profile, place: FunctionPlace): Uint8Array {
  return Uint8Array.from({ length: frames.length }, (_, index) => {
    const { name, url, line, column } = frames.at(index);
    return frames.kind(index) === FrameKind.function &&
      line === place.line &&
      name === place.name &&
      url === place.url &&
      (place.column === undefined || place.column === column)
      ? 1
      : 0;
  });
}
