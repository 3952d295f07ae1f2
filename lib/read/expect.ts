import { inspect } from 'node:util';

import { ProfilerError } from '../errors';

const LONGEST_SHOWN = 60;

/** Where something stands in a file: a text, or how to make it when it is needed. */
export type Where = string | (() => string);

export function unreadable(
  expected: string,
  where: Where,
  found: string,
  cause?: unknown,
): ProfilerError {
  const place = typeof where === 'string' ? where : where();
  return new ProfilerError(
    'ERR_PROFILER_UNREADABLE_PROFILE',
    `Expected ${expected} for ${place} but found ${found}`,
    cause === undefined ? undefined : { cause },
  );
}

export function tooLarge(what: string, most: number, found: string): ProfilerError {
  return new ProfilerError(
    'ERR_PROFILER_TOO_LARGE',
    `Expected a profile of at most ${String(most)} ${what} but found ${found}`,
  );
}

/** A value from a file in a few words. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${String(value.length)}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && value.length > LONGEST_SHOWN) {
    return `${inspect(value.slice(0, LONGEST_SHOWN))}…`;
  }
  return inspect(value);
}

export function expectObject(value: unknown, where: Where): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('an object', where, shown(value));
  }
  return value as Record<string, unknown>;
}

export function expectArray(value: unknown, where: Where): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable('an array', where, shown(value));
  return value;
}

export function expectString(value: unknown, where: Where): string {
  if (typeof value !== 'string') throw unreadable('a string', where, shown(value));
  return value;
}

/** A whole number in bounds, both of which belong to it. */
export function expectWhole(
  value: unknown,
  where: Where,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw unreadable(`a whole number from ${String(min)} to ${String(max)}`, where, shown(value));
  }
  return value;
}

export function expectFinite(
  value: unknown,
  where: Where,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw unreadable(`a number from ${String(min)} to ${String(max)}`, where, shown(value));
  }
  return value;
}
