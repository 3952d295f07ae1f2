import { invalid } from './refusal';

/** No parameters that anybody writes are longer. */
const LONGEST = 4096;

/** Bounds of a number. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/**
 * What a request gives by name, in its query or its form. What is there twice, is
 * no UTF-8, or is not what it should be is refused; names that are not asked for
 * are left alone, as scrapers send them.
 */
export class Parameters {
  readonly #values = new Map<string, string>();

  /** @throws RequestRefusal */
  static parse(text: string): Parameters {
    if (text.length > LONGEST) {
      throw invalid(
        `Expected at most ${String(LONGEST)} characters of parameters but received ` +
          String(text.length),
      );
    }
    const parameters = new Parameters();
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
      parameters.#add(decode(name), decode(value));
    }
    return parameters;
  }

  /** Of what a framework has made of a body. @throws RequestRefusal */
  static of(body: Readonly<Record<string, unknown>>): Parameters {
    const parameters = new Parameters();
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'number' || typeof value === 'string') {
        parameters.#add(name, String(value));
      } else if (value !== undefined && value !== null) {
        throw invalid(`Expected ${name} once, as text or a number, but received ${typeof value}`);
      }
    }
    return parameters;
  }

  #add(name: string, value: string): void {
    if (this.#values.has(name)) throw invalid(`Expected ${name} once but received it twice`);
    this.#values.set(name, value);
  }

  /** @throws RequestRefusal when it is longer than `longest` characters */
  text(name: string, longest: number): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (value.length > longest) {
      throw invalid(
        `Expected at most ${String(longest)} characters for ${name} but received ` +
          String(value.length),
      );
    }
    return value;
  }

  /** @throws RequestRefusal when it is no number in the bounds, written in digits */
  number(name: string, { min, max, unit }: Bounds): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const number = /^-?\d{1,16}(\.\d{1,9})?$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    throw invalid(
      `Expected a number${unit === '' ? '' : ` of ${unit}`} from ${String(min)} to ${String(max)} ` +
        `for ${name} but received ${quoted(value)}`,
    );
  }

  whole(name: string, bounds: Bounds): number | undefined {
    const number = this.number(name, bounds);
    if (number !== undefined && !Number.isInteger(number)) {
      throw invalid(`Expected a whole number for ${name} but received ${String(number)}`);
    }
    return number;
  }

  /** @throws RequestRefusal when it is none of `choices` */
  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const choice = choices.find((each) => each === value);
    if (choice !== undefined) return choice;
    throw invalid(`Expected ${choices.join(' or ')} for ${name} but received ${quoted(value)}`);
  }
}

/** @throws RequestRefusal when it is no UTF-8 */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid('Expected parameters that are percent-encoded UTF-8 but received others');
  }
}

/** As it may stand in a message. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
