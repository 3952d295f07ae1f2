import { findSourceMap } from 'node:module';

/** Whether Node.js keeps source maps at all (`--enable-source-maps`, or what a
 * loader such as tsx has it do). Older Node.js does not tell. */
export function nodeKeepsMaps(): boolean {
  return (process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled ?? true;
}

/** The source map that Node.js has of a program that was loaded on this thread;
 * it decodes the map when it is first asked. */
export function nodeMapOf(url: string): unknown {
  try {
    // The types do not say that there may be none.
    const map = findSourceMap(url);
    return map?.payload;
  } catch {
    // Not a URL that Node.js knows what to do with, or a map that it does not read.
    return undefined;
  }
}
