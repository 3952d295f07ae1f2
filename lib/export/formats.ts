import { expectOptions, wrongType } from '../arguments';
import type { Profile } from '../profile/profile';

export type FormatName = 'collapsed' | 'json';

export interface Format {
  readonly encode: (profile: Profile, options?: ExportOptions) => Uint8Array;
  readonly mediaType: string;
  /** Of files, without the dot. */
  readonly extension: string;
}

export interface ExportOptions {
  /** What the output is headed with. */
  title?: string;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function check(options: unknown): ExportOptions {
  const { title } = expectOptions('the options', options, ['title']);
  if (title === undefined) return {};
  if (typeof title !== 'string') throw wrongType('a string', 'title', title);
  return { title };
}

export const formats: Readonly<Record<FormatName, Format>> = {
  collapsed: {
    encode: (profile, options) => {
      check(options);
      return bytesOf(profile.toCollapsed());
    },
    mediaType: 'text/plain; charset=utf-8',
    extension: 'collapsed.txt',
  },
  json: {
    encode: (profile, options) =>
      bytesOf(JSON.stringify({ ...check(options), functions: profile.topFunctions() })),
    mediaType: 'application/json',
    extension: 'json',
  },
};
