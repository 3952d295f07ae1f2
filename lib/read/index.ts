import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { expectCount, expectOptions, wrongType } from '../arguments';
import { ProfilerError } from '../errors';
import { checkValid } from '../profile/check-valid';
import type { Profile } from '../profile/profile';
import { readCollapsed } from './collapsed';
import { readCpuprofile } from './cpuprofile';
import { expectObject, tooLarge, unreadable } from './expect';
import { readJson } from './json';
import { parseJson } from './parse-json';
import { readPprof } from './pprof';
import { readSpeedscope } from './speedscope';

/** How a profile is read. */
export interface ReadOptions {
  /** Bytes. The most that the file may have once decompressed, and JSON take once
   * parsed. Default 512 MiB. */
  maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

/**
 * Reads a profile that a file holds: pprof (gzipped or not), .cpuprofile, folded
 * stacks, speedscope's format or our own JSON, each gzipped or not.
 *
 * @throws TypeError, RangeError for bad arguments
 * @throws ProfilerError `ERR_PROFILER_UNREADABLE_PROFILE` for what is no profile,
 *   `ERR_PROFILER_TOO_LARGE` for one beyond the bounds
 */
export async function readProfile(bytes: unknown, options?: unknown): Promise<Profile> {
  if (!(bytes instanceof Uint8Array)) throw wrongType('a Uint8Array', 'bytes', bytes);
  const { maxBytes = DEFAULT_MAX_BYTES } = expectOptions('the read options', options, ['maxBytes']);
  const most = expectCount('maxBytes', maxBytes, { min: 1, max: Number.MAX_SAFE_INTEGER });
  const plain = isGzip(bytes) ? await decompress(bytes, most) : bytes;
  if (plain.length > most) {
    throw tooLarge('bytes (maxBytes)', most, String(plain.length));
  }
  try {
    const profile = readPlain(plain, most);
    checkValid(profile);
    return profile;
  } catch (error) {
    throw asUnreadable(error);
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    // Zlib knows no larger bound.
    const maxOutputLength = Math.min(maxBytes, 0x7fff_ffff);
    return await promisify(gunzip)(bytes, { maxOutputLength, chunkSize: 1 << 18 });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('bytes (maxBytes) when decompressed', maxBytes, 'more');
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable('gzip that can be decompressed', 'a compressed profile', why, cause);
  }
}

function readPlain(bytes: Uint8Array, maxBytes: number): Profile {
  const start = textStart(bytes);
  if (bytes[start] === 0x7b) return readJsonFile(parseJson(bytes.subarray(start), maxBytes));
  if (bytes.length > 0 && isBinary(bytes)) return readPprof(bytes);
  if (start === bytes.length) {
    throw unreadable('a profile', 'a file', `no more than ${String(bytes.length)} blank bytes`);
  }
  return readCollapsed(bytes.subarray(start));
}

/** Behind a byte order mark and blanks. */
function textStart(bytes: Uint8Array): number {
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while ([0x20, 0x09, 0x0a, 0x0d].includes(bytes[start] ?? -1)) start++;
  return start;
}

/**
 * Whether it is pprof: protocol buffers have bytes soon that no text has. Folded
 * stacks may have such ones in names, but their first line ends in a count.
 */
function isBinary(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096);
  if (!head.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte))) return false;
  // What every pprof file we know begins with: a sample type.
  if (bytes[0] === 0x0a) return true;
  const line = head.indexOf(0x0a);
  const first = Buffer.from(line < 0 ? head : head.subarray(0, line)).toString('latin1');
  return !/ \d+\r?$/.test(first);
}

function readJsonFile(value: unknown): Profile {
  const file = expectObject(value, 'a profile in JSON');
  if (file.format === 'ox-profile') return readJson(file);
  if (file.shared !== undefined && file.profiles !== undefined) return readSpeedscope(file);
  if (file.nodes !== undefined) return readCpuprofile(file);
  throw unreadable(
    '"format": "ox-profile", or nodes (.cpuprofile), or shared and profiles (speedscope)',
    'a profile in JSON',
    `the keys ${Object.keys(file).slice(0, 8).join(', ').slice(0, 200) || 'of an empty object'}`,
  );
}

/** Whatever broke: it was the file. */
function asUnreadable(error: unknown): unknown {
  if (error instanceof ProfilerError && error.code !== 'ERR_PROFILER_INVALID_PROFILE') return error;
  const why = error instanceof Error ? error.message : String(error);
  return unreadable('a valid profile', 'a file', why, error);
}
