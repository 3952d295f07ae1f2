import type { Profile } from '../profile/profile';
import { checkExportOptions, type ExportOptions } from './options';

/** How a profile becomes a file. */
export interface Format {
  /** Pure: the same profile and options give the same bytes. */
  readonly encode: (profile: Profile, options?: ExportOptions) => Uint8Array;
  readonly mediaType: string;
  /** Of a file, with its dot. */
  readonly extension: string;
}

function encodeCollapsed(profile: Profile, options?: ExportOptions): Uint8Array {
  checkExportOptions(options);
  return new TextEncoder().encode(profile.toCollapsed());
}

function encodeJson(profile: Profile, options?: ExportOptions): Uint8Array {
  const { title } = checkExportOptions(options);
  return new TextEncoder().encode(JSON.stringify({ title, functions: profile.topFunctions() }));
}

/** All formats, by name. */
export const formats = {
  collapsed: { encode: encodeCollapsed, mediaType: 'text/plain; charset=utf-8', extension: '.folded' },
  json: { encode: encodeJson, mediaType: 'application/json', extension: '.json' },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
