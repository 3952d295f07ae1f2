/** Where a request for a page is, in the words of an `Exchange`. */
export interface Place {
  readonly base: string;
  readonly path: string;
  readonly search: string;
}

/** A URL as a router sees it. */
export interface RoutedUrl {
  /** What is left of the URL where the pages are mounted. */
  readonly url: string;
  /** The whole of it, as the browser knows it. */
  readonly originalUrl: string;
}

/** Where the pages are asked for that `start` leads to; undefined where they are not. */
export function placeBelow(start: string, routed: RoutedUrl): Place | undefined {
  const path = pathOf(routed.url);
  const rest = path.slice(start.length);
  if (!path.startsWith(start) || !(rest === '' || rest.startsWith('/'))) return undefined;
  return placeAt(start.length, routed);
}

/** The same, where what leads to the pages is known by its length. */
export function placeAt(length: number, { url, originalUrl }: RoutedUrl): Place {
  const path = pathOf(url);
  return {
    base: pathInFront(pathOf(originalUrl), path) + path.slice(0, length),
    path: path.slice(length),
    search: searchOf(url),
  };
}

/** The path of a request's target, which may be a whole URL: proxies send those. */
export function pathOf(url: string): string {
  const path = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}

/** The segments of a path; a slash at its end begins none. */
export function segmentsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** The beginning of a path, of so many segments or all that there are. */
export function leading(path: string, count: number): string {
  const end = new RegExp(`^(?:/+[^/]+){0,${count}}`).exec(path)?.[0].length;
  return path.slice(0, end);
}

/** What a router took off the front of a path. */
function pathInFront(whole: string, rest: string): string {
  if (whole.endsWith(rest)) return whole.slice(0, whole.length - rest.length);
  // It has put a slash where nothing was left.
  return rest === '/' ? whole : '';
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}
