import { printable } from '../text';
import { leading, segmentsOf } from './place';

/** What has no route: nothing matched, or it could not be told. */
const NO_ROUTE = '(no route)';

const LONGEST_ROUTE = 200;

/** Numbers, UUIDs, hashes and other long words with digits in them. */
const id = /^(?:\d+|[\da-f]{8}-[\da-f-]{27}|(?=[a-z]*\d)[\da-z]{20,})$/i;

/**
 * The name that a route is counted under, of a bounded length and without line
 * breaks, whatever a framework or the user's function tells.
 */
export function routeName(route: unknown): string {
  if (typeof route !== 'string' || route === '') return NO_ROUTE;
  if (route.length <= LONGEST_ROUTE) return printable(route);
  // No half of a character that takes two.
  const cut = route.slice(0, LONGEST_ROUTE - 1).replace(/[\ud800-\udbff]$/, '');
  return `${printable(cut)}…`;
}

/** A path as a route where nothing better is known: its first segment. */
export function firstSegment(path: string): string {
  const [first = ''] = segmentsOf(path);
  return `/${withoutId(first)}`;
}

/**
 * A pattern with the path in front of it, where its router is mounted.
 *
 * That is told from the whole path where it ends with what the pattern matched.
 * `mount`, what the framework says, serves otherwise: it may be shorter, as routers
 * take it back when they hand an error on, and it has values for parameters.
 *
 * @param pattern a text, a regular expression, or several
 */
export function fullPattern(pattern: unknown, path: string, mount = ''): string | undefined {
  const text = patternText(pattern);
  if (text === undefined) return undefined;
  const before = pathBefore(text, path);
  const base = before?.startsWith(mount) ? before : mount;
  const parts = segmentsOf(base).map((part) => `/${withoutId(part)}`);
  return base !== '' && text === '/' ? parts.join('') : `${parts.join('')}${text}`;
}

function patternText(pattern: unknown): string | undefined {
  if (typeof pattern === 'string') return pattern;
  if (pattern instanceof RegExp) return String(pattern);
  if (Array.isArray(pattern)) {
    return pattern.map((each) => patternText(each) ?? '').join(' | ');
  }
  return undefined;
}

/** What stands in front of that which `pattern` matched; undefined where it could
 * have matched any number of segments, or did not match this path. */
function pathBefore(pattern: string, path: string): string | undefined {
  if (!/^\/[\w/:.~-]*$/.test(pattern)) return undefined;
  const segments = segmentsOf(path);
  const wanted = segmentsOf(pattern);
  const before = segments.length - wanted.length;
  if (before < 0) return undefined;
  const matched = wanted.every((part, index) => {
    const segment = segments[before + index] as string;
    return part.includes(':') || part.toLowerCase() === segment.toLowerCase();
  });
  if (!matched) return undefined;
  return leading(path, before);
}

function withoutId(segment: string): string {
  return id.test(segment) ? ':id' : segment;
}
