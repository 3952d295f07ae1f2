/** What a program file says of itself in comments such as `//# sourceMappingURL=…`. */
export interface SourceComments {
  /** Where its source map is: a URL, relative ones to `sourceUrl` or the file. */
  readonly sourceMappingUrl: string | undefined;
  /** What it wants to be called. */
  readonly sourceUrl: string | undefined;
}

// Text in which so many are no comments, but in strings, is not searched on.
const MOST_TRIES = 100;

/**
 * The last comments of their kind, begun with `//#`, `//@` or `/*#`. There is no
 * regular expression for it: an inline map may be a line of a hundred megabytes.
 */
export function commentsOf(text: string): SourceComments {
  return {
    sourceMappingUrl: lastComment(text, 'sourceMappingURL='),
    sourceUrl: lastComment(text, 'sourceURL='),
  };
}

function lastComment(text: string, key: string): string | undefined {
  let at = text.lastIndexOf(key);
  for (let tries = 0; at >= 0 && tries < MOST_TRIES; tries++) {
    const value = commentAt(text, at, at + key.length);
    if (value !== undefined) return value;
    at = at === 0 ? -1 : text.lastIndexOf(key, at - 1);
  }
  return undefined;
}

/** The value of a comment whose key stands from `key` to `start`. */
function commentAt(text: string, key: number, start: number): string | undefined {
  const opening = /(\/\/|\/\*)[#@][ \t]+$/.exec(text.slice(Math.max(0, key - 16), key));
  if (opening === null) return undefined;
  let end = start;
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
  let value = text.slice(start, end);
  if (opening[1] === '/*') value = value.replace(/\*\/.*$/s, '');
  // In a string of a bundler, say.
  if (value === '' || /["'`]/.test(value)) return undefined;
  return value;
}

function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0x2028 || code === 0x2029 || code === 0xfeff;
}
