import { join } from 'node:path';

import { expectOptions, wrongType } from '../arguments';
import type { Profile } from '../profile/profile';
import { expectPlaces, type SourceMapPlaces } from '../source-maps/options';
import type { Encoder } from './encoder';
import { turn } from './turn';
import type { FormatName } from './formats';
import { checkExportOptions, type ExportOptions } from './options';

export type { FormatName } from './formats';
export type { ExportOptions } from './options';

/** How frames of generated code are brought back to what people wrote. */
export interface SourceMapOptions {
  /**
   * `true`: with the source maps of all files of the profile that are on this
   * machine. A list of files, folders and patterns (`*`, `?`, `**`): only for
   * generated files there. Default `false`.
   */
  sourceMaps?: boolean | readonly string[] | undefined;
  /** Gets a sentence for each map that cannot be used; its frames keep the
   * generated position. By default nobody is told. */
  onWarning?: ((warning: string) => void) | undefined;
}

export type EncodeOptions = ExportOptions & SourceMapOptions;

/** Those of `mapped()`, where `sourceMaps` is `true` by default. */
export type MapOptions = SourceMapOptions;

interface Checked {
  readonly sourceMaps: SourceMapPlaces | undefined;
  readonly warn: (warnings: readonly string[]) => void;
  /** Those of the format, which checks them. */
  readonly others: object;
}

let encoder: Encoder | undefined;

/** Made when first needed, in a turn of its own: loading holds the thread up. */
async function theEncoder(): Promise<Encoder> {
  if (encoder !== undefined) return encoder;
  await turn();
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Encoder } = require('./encoder') as typeof import('./encoder');
  encoder ??= new Encoder({
    file: join(__dirname, 'worker.js'),
    idleMillis: 5_000,
    maxWaiting: 32,
  });
  return encoder;
}

export async function encode(
  profile: Profile,
  format: FormatName,
  options?: EncodeOptions,
): Promise<Uint8Array> {
  const { sourceMaps, warn, others } = check(options);
  const work = { format: expectName(format), options: others, sourceMaps };
  const outcome = await (await theEncoder()).run(profile, work);
  warn(outcome.warnings);
  return outcome.bytes as Uint8Array;
}

export function encodeSync(
  profile: Profile,
  format: FormatName,
  options?: EncodeOptions,
): Uint8Array {
  const { sourceMaps, warn, others } = check(options);
  const { encode } = here().formatNamed(format);
  return encode(mapHere(profile, sourceMaps, warn), others);
}

export async function mapped(profile: Profile, options?: MapOptions): Promise<Profile> {
  const { sourceMaps, warn } = checkMapOptions(options);
  if (sourceMaps === undefined) return profile;
  const work = { format: undefined, options: {}, sourceMaps };
  const outcome = await (await theEncoder()).run(profile, work);
  warn(outcome.warnings);
  return outcome.profile as Profile;
}

export function mappedSync(profile: Profile, options?: MapOptions): Profile {
  const { sourceMaps, warn } = checkMapOptions(options);
  return mapHere(profile, sourceMaps, warn);
}

function mapHere(
  profile: Profile,
  sourceMaps: SourceMapPlaces | undefined,
  warn: Checked['warn'],
): Profile {
  if (sourceMaps === undefined) return profile;
  const mapped = here().mapHere(profile, sourceMaps);
  warn(mapped.warnings);
  return mapped.profile;
}

/** Loading all formats holds the thread up: it is done where they are asked for. */
function here(): typeof import('./here') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./here') as typeof import('./here');
}

/** Which names there are is known where the formats are loaded. */
function expectName(format: unknown): FormatName {
  if (typeof format !== 'string') throw wrongType('the name of a format', 'format', format);
  return format as FormatName;
}

function checkMapOptions(options: unknown): Checked {
  const { sourceMaps = true, ...others } = expectOptions('the options', options, [
    'sourceMaps',
    'onWarning',
  ]);
  return check({ sourceMaps, ...others });
}

function check(options: unknown): Checked {
  if (options === undefined) return { sourceMaps: undefined, warn: () => undefined, others: {} };
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrongType('an options object', 'the options', options);
  }
  const { sourceMaps, onWarning, ...others } = options as Record<string, unknown>;
  if (onWarning !== undefined && typeof onWarning !== 'function') {
    throw wrongType('a function', 'onWarning', onWarning);
  }
  return {
    sourceMaps: expectPlaces(sourceMaps),
    warn: (warnings) => {
      for (const warning of warnings) (onWarning as ((text: string) => void) | undefined)?.(warning);
    },
    others: checkExportOptions(others),
  };
}
