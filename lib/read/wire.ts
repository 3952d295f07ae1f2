import { unreadable } from './expect';

const TWO_32 = 2 ** 32;

/** Field types of protocol buffers. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Reads the fields of one message of protocol buffers, one after the other, in
 * place. pprof-format has a decoder too, but that takes what is cut short for
 * whole, makes objects of everything, and needs the square of the time for a
 * number that does not end.
 */
export class WireReader {
  /** Of the field that `next()` found. */
  field = 0;
  type = 0;
  /** The field's bytes, if it has bytes. */
  start = 0;
  end = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #what: string;
  #at: number;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, start: number, end: number, what: string) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#what = what;
  }

  /** Goes to the next field. @returns false at the end */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.#varint();
    this.field = this.#low >>> 3;
    this.type = this.#low & 7;
    if (this.#high !== 0 || this.field === 0) this.#fail('the number of a field', 'another');
    switch (this.type) {
      case WireType.varint:
        this.#varint();
        break;
      case WireType.bytes: {
        this.#varint();
        const length = this.unsigned;
        this.start = this.#at;
        this.end = this.#at + length;
        break;
      }
      case WireType.fixed64:
      case WireType.fixed32:
        this.start = this.#at;
        this.end = this.#at + (this.type === WireType.fixed32 ? 4 : 8);
        break;
      default:
        this.#fail('a known type of field', `type ${String(this.type)}`);
    }
    if (this.type !== WireType.varint) {
      if (this.end > this.#end) {
        this.#fail(`${String(this.end - this.start)} bytes`, String(this.#end - this.#at));
      }
      this.#at = this.end;
    }
    return true;
  }

  /** The number of this field, as int64. Exact below 2^53. */
  get signed(): number {
    return (this.#high | 0) * TWO_32 + this.#low;
  }

  /** The number of this field, as uint64. Exact below 2^53. */
  get unsigned(): number {
    return this.#high * TWO_32 + this.#low;
  }

  /** The number of this field, whatever it is, as a key. */
  get id(): number | string {
    const number = this.unsigned;
    return Number.isSafeInteger(number) ? number : `${String(this.#high)}:${String(this.#low)}`;
  }

  /** The field must be a number. */
  expectNumber(): this {
    if (this.type !== WireType.varint) this.#fail('a number', 'bytes');
    return this;
  }

  /** The field must be bytes: a text or a message. */
  expectBytes(): this {
    if (this.type !== WireType.bytes) this.#fail('bytes', 'a number');
    return this;
  }

  /** All numbers of a repeated field, which are packed or stand alone. */
  eachNumber(visit: (reader: WireReader) => void): void {
    if (this.type === WireType.varint) {
      visit(this);
      return;
    }
    this.expectBytes();
    const packed = new WireReader(this.#bytes, this.start, this.end, this.#what);
    while (packed.#at < packed.#end) {
      packed.#varint();
      visit(packed);
    }
  }

  #varint(): void {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      if (this.#at >= this.#end) this.#fail('a number', 'its end missing');
      const byte = this.#bytes[this.#at++] as number;
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    this.#fail('a number of at most 10 bytes', 'a longer one');
  }

  #fail(expected: string, found: string): never {
    throw unreadable(expected, `${this.#what} of a pprof profile, byte ${String(this.#at)}`, found);
  }
}
