import { resolve, sep } from 'node:path';

import { pathOf } from './files';
import type { SourceMapPlaces } from './options';

/**
 * Tells whether a path is at one of the places: a file; a folder, with all below;
 * or a pattern, in which `*` and `?` stand for characters of one name and `**` for
 * any names. Relative ones are relative to the working directory.
 */
export function matcherOf(places: SourceMapPlaces): (path: string) => boolean {
  if (places === true) return () => true;
  const patterns = places.map((place) => patternOf(resolve(pathOf(place) ?? place)));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function patternOf(place: string): RegExp {
  const source = place
    .replace(/[\\/]$/, '')
    .split(sep)
    .map((name) => (name === '**' ? '**' : escaped(name)))
    .join(separator)
    // `a/**/b` is also `a/b`.
    .replaceAll(`**${separator}`, `(?:[^\\\\/]+${separator})*`)
    .replaceAll('**', '.*');
  return new RegExp(`^${source}(?:${separator}|$)`, sep === '\\' ? 'is' : 's');
}

const separator = sep === '\\' ? '\\\\' : '/';

function escaped(name: string): string {
  return name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^\\\\/]*')
    .replace(/\?/g, '[^\\\\/]');
}
