import type { FlameValue } from '../../export/flame-data';
import type { Share } from './statistics';

export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.005) return '< 0.01 %';
  return `${value.toFixed(value !== 0 && Math.abs(value) < 1 ? 2 : 1)} %`;
}

/** The bounds of a share, as `10.1 – 14.8 %`. */
export function bounds({ low, high }: Share): string {
  return `${percent(low).slice(0, -2)} – ${percent(high)}`;
}

/** Percentage points, with their sign. */
export function points(difference: number): string {
  const value = difference * 100;
  const digits = value !== 0 && Math.abs(value) < 1 ? 2 : 1;
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? '±0.0' : `${value > 0 ? '+' : '−'}${text}`;
}

export function amount(value: number, kind: FlameValue): string {
  if (kind === 'samples') return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const millis = value / 1000;
  return millis < 1000 ? `${millis.toFixed(1)} ms` : `${(millis / 1000).toFixed(2)} s`;
}

/** `text` in at most `length` characters, without a half of a surrogate pair. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text.slice(0, Math.ceil((length - 1) / 2)).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(-Math.floor((length - 1) / 2)).replace(/^[\udc00-\udfff]/, '');
  return `${head}…${tail}`;
}
