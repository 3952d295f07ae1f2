const CHUNK_CHARACTERS = 1 << 20;

/**
 * Text as UTF-8, piece by piece: all of it may be longer than a string of V8 can
 * be. Lone surrogates become U+FFFD.
 */
export class TextBytes {
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #pieces: string[] = [];
  #characters = 0;

  /** Surrogate pairs must not be divided between two pieces. */
  add(piece: string): void {
    this.#pieces.push(piece);
    this.#characters += piece.length;
    if (this.#characters >= CHUNK_CHARACTERS) this.#flush();
  }

  /** The numbers of `[1,2,3]`, without making all of them text at once. */
  addList(length: number, item: (index: number) => string): void {
    this.add('[');
    for (let start = 0; start < length; start += 4096) {
      const end = Math.min(length, start + 4096);
      let text = start === 0 ? '' : ',';
      for (let index = start; index < end; index++) {
        text += index === start ? item(index) : `,${item(index)}`;
      }
      this.add(text);
    }
    this.add(']');
  }

  #flush(): void {
    const text = this.#pieces.join('');
    this.#pieces = [];
    this.#characters = 0;
    // A UTF-16 unit takes three bytes at most.
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    const { written } = this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
  }

  finish(): Uint8Array {
    this.#flush();
    return this.#bytes.slice(0, this.#length);
  }
}
