import { wrongType } from '../arguments';

/** Where maps are looked for: everywhere, or for the files at these paths. */
export type SourceMapPlaces = true | readonly string[];

const MOST_PLACES = 1000;

/** @returns undefined when no maps are wanted */
export function expectPlaces(value: unknown): SourceMapPlaces | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return true;
  const isList =
    Array.isArray(value) &&
    value.length <= MOST_PLACES &&
    value.every((each) => typeof each === 'string' && each !== '');
  if (!isList) throw wrongType('true, or a list of paths and patterns,', 'sourceMaps', value);
  return value as string[];
}
