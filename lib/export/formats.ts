import type { Profile } from '../profile/profile';
import { encodeCollapsed } from './collapsed';
import { encodeCpuprofile } from './cpuprofile';
import { encodeCsv } from './csv';
import { encodeHtml } from './html';
import { encodeJson } from './json';
import { encodeMarkdown } from './markdown';
import type { ExportOptions } from './options';
import { encodePprof } from './pprof';
import { encodeSpeedscope } from './speedscope';
import { encodeText } from './text';

/** How a profile becomes a file. */
export interface Format {
  /** Pure: the same profile and options give the same bytes. */
  readonly encode: (profile: Profile, options?: ExportOptions) => Uint8Array;
  readonly mediaType: string;
  /** Of a file, with its dot. */
  readonly extension: string;
}

/** All formats, by name. */
export const formats = {
  pprof: { encode: encodePprof, mediaType: 'application/octet-stream', extension: '.pb.gz' },
  cpuprofile: { encode: encodeCpuprofile, mediaType: 'application/json', extension: '.cpuprofile' },
  collapsed: {
    encode: encodeCollapsed,
    mediaType: 'text/plain; charset=utf-8',
    extension: '.folded',
  },
  speedscope: {
    encode: encodeSpeedscope,
    mediaType: 'application/json',
    extension: '.speedscope.json',
  },
  html: { encode: encodeHtml, mediaType: 'text/html; charset=utf-8', extension: '.html' },
  markdown: { encode: encodeMarkdown, mediaType: 'text/markdown; charset=utf-8', extension: '.md' },
  text: { encode: encodeText, mediaType: 'text/plain; charset=utf-8', extension: '.txt' },
  csv: { encode: encodeCsv, mediaType: 'text/csv; charset=utf-8', extension: '.csv' },
  json: { encode: encodeJson, mediaType: 'application/json', extension: '.json' },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
