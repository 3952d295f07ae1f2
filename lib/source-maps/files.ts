import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Programs and maps that are larger are left alone. */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

export type FileProblem = 'missing' | 'too large' | 'not readable';

/**
 * The path of a file on this machine: from a path, or a `file:` URL. Anything else
 * gives undefined, and so do relative paths, of which nobody knows to what, and
 * shares of other machines (`\\host\…`), which would be requests over the network.
 */
export function pathOf(url: string): string | undefined {
  let path = url;
  if (/^file:/i.test(url)) {
    try {
      path = fileURLToPath(url);
    } catch {
      return undefined;
    }
  }
  if (!isAbsolute(path) || path.includes('\0') || /^[\\/]{2}/.test(path)) return undefined;
  return path;
}

/** Changes when the file does; '' where there is none. */
export function stampOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true });
    return `${String(stats.ino)} ${String(stats.size)} ${String(stats.mtimeNs)}`;
  } catch {
    return '';
  }
}

/** The text of a regular file of bounded size. Nothing else is read: a pipe or a
 * device never ends. */
export function readText(path: string): { text: string } | { problem: FileProblem } {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK as number | undefined ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'not readable' };
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { problem: 'not readable' };
    if (stats.size > MAX_FILE_BYTES) return { problem: 'too large' };
    const bytes = Buffer.alloc(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    const text = bytes.toString('utf8', 0, length);
    return { text: text.startsWith('\ufeff') ? text.slice(1) : text };
  } catch {
    return { problem: 'not readable' };
  } finally {
    closeSync(file);
  }
}
