import { shortened } from '../flamegraph/format';

const THIN = '\u202f';

/** A count, its thousands apart. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A share given in percent. */
export function percent(value: number): string {
  if (value > 0 && value < 0.005) return '< 0.01 %';
  return `${digits(value)} %`;
}

function digits(value: number): string {
  return value.toFixed(value !== 0 && Math.abs(value) < 1 ? 2 : 1);
}

/** The bounds of a share in percent. */
export function bounds({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${digits(low)} – ${digits(high)}`;
}

/** A time that is measured: three digits or so. */
export function millis(value: number): string {
  if (value < 9.995) return `${value.toFixed(2)} ms`;
  if (value < 999.5) return `${value.toFixed(value < 99.95 ? 1 : 0)} ms`;
  if (value < 59_950) return `${(value / 1000).toFixed(value < 9_995 ? 2 : 1)} s`;
  return lasting(value);
}

/** A time that people wait for: `2 min 14 s`. */
export function lasting(value: number): string {
  const seconds = Math.max(0, Math.floor(value / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

/** A time of day, as the reader's clock has it. */
export function clock(value: number): string {
  const date = new Date(value);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** The same, with its day where that is not today. */
export function moment(value: number, now: number): string {
  const date = new Date(value);
  if (date.toDateString() === new Date(now).toDateString()) return clock(value);
  const day = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
  return `${day} ${clock(value)}`;
}

export function bytes(value: number): string {
  if (value < 10_000) return `${grouped(value)} B`;
  return value < 10e6 ? `${(value / 1000).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

export function plural(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** A place in the source. */
export interface Place {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

export function nameOf({ name }: { readonly name: string }): string {
  return name === '' ? '(anonymous)' : visible(name);
}

/** A place in full, as editors take it. */
export function placeOf({ url, line, column }: Place): string {
  if (url === '') return '';
  const path = visible(url.replace(/^file:\/\//, ''));
  return `${path}${line > 0 ? `:${line}` : ''}${line > 0 && column > 0 ? `:${column}` : ''}`;
}

/** A place as far as it is needed to know it: of a path its end. */
export function shortPlace(place: Place, hasColumn = false): string {
  const full = placeOf(hasColumn ? place : { ...place, column: 0 });
  const inModules = full.lastIndexOf('/node_modules/');
  if (inModules >= 0) return shortened(full.slice(inModules + '/node_modules/'.length), 60);
  const parts = full.split('/');
  const end = full.startsWith('/') && parts.length > 4 ? `…/${parts.slice(-3).join('/')}` : full;
  return shortened(end, 60);
}

/** `text` with what cannot be seen, or turns what stands beside it, made visible. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
