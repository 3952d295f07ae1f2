import { inspect, types } from 'node:util';

import type { ProfilerErrorCode } from './errors';

/** The bounds of a number; both ends belong to it. */
interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

function withCode<E extends Error>(error: E, code: ProfilerErrorCode): E {
  return Object.assign(error, { code });
}

function received(value: unknown): string {
  const text =
    typeof value === 'function'
      ? 'a function'
      : inspect(value, { depth: 0, maxStringLength: 60, breakLength: Infinity });
  return `received ${text} (${value === null ? 'null' : typeof value})`;
}

export function wrongType(expected: string, name: string, value: unknown): TypeError {
  return withCode(
    new TypeError(`Expected ${expected} for ${name} but ${received(value)}`),
    'ERR_PROFILER_INVALID_ARG_TYPE',
  );
}

function outOfRange(expected: string, name: string, value: number): RangeError {
  return withCode(
    new RangeError(`Expected ${expected} for ${name} but received ${String(value)}`),
    'ERR_PROFILER_OUT_OF_RANGE',
  );
}

export function expectNumber(name: string, value: unknown, bounds: Bounds): number {
  const { min, max, unit } = bounds;
  const expected = `a number${unit ? ` of ${unit}` : ''} from ${String(min)} to ${String(max)}`;
  if (typeof value !== 'number') throw wrongType(expected, name, value);
  if (!(value >= min && value <= max)) throw outOfRange(expected, name, value);
  return value;
}

/** A whole number in the bounds; `Infinity` where `max` is. */
export function expectCount(name: string, value: unknown, bounds: Bounds): number {
  const { min, max } = bounds;
  const expected = `a whole number from ${String(min)} to ${String(max)}`;
  if (typeof value !== 'number') throw wrongType(expected, name, value);
  const whole = Number.isInteger(value) || value === Infinity;
  if (!whole || value < min || value > max) throw outOfRange(expected, name, value);
  return value;
}

export function expectBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrongType('a boolean', name, value);
  return value;
}

export function expectText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType('a string', name, value);
  return value;
}

export function expectOneOf<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) {
    throw wrongType(choices.map((each) => `'${each}'`).join(' or '), name, value);
  }
  return choice;
}

/**
 * A regular expression, or the source of one, as one that keeps no state between
 * two tests (no `g`, no `y`).
 */
export function expectPattern(name: string, value: unknown): RegExp {
  if (types.isRegExp(value)) {
    return new RegExp(value.source, value.flags.replace(/[gy]/g, ''));
  }
  const expected = 'a regular expression or its source';
  if (typeof value !== 'string') throw wrongType(expected, name, value);
  try {
    return new RegExp(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw withCode(
      new TypeError(`Expected ${expected} for ${name} but ${received(value)}: ${why}`, { cause }),
      'ERR_PROFILER_INVALID_FILTER',
    );
  }
}

/**
 * An options object that has no other keys than `known`; `{}` for `undefined`.
 * Keys whose value is `undefined` count as absent.
 */
export function expectOptions<K extends string>(
  name: string,
  value: unknown,
  known: readonly K[],
): Partial<Record<K, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType('an options object', name, value);
  }
  for (const key of Object.keys(value)) {
    if (!(known as readonly string[]).includes(key)) {
      throw withCode(
        new TypeError(`Expected only ${known.join(', ')} in ${name} but received ${key}`),
        'ERR_PROFILER_UNKNOWN_OPTION',
      );
    }
  }
  return value;
}
