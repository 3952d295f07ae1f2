/** A text by lines, as JavaScript counts them. Looked through when first asked. */
export class Lines {
  readonly #text: string;
  #ends: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Characters. */
  get length(): number {
    return this.#text.length;
  }

  /** A line, from 1, with what ends it. */
  at(line: number): string {
    this.#ends ??= endsOf(this.#text);
    return this.#text.slice(this.#ends[line - 2] ?? 0, this.#ends[line - 1] ?? 0);
  }
}

function endsOf(text: string): number[] {
  const ends: number[] = [];
  const pattern = /\r\n|[\n\r\u2028\u2029]/g;
  while (pattern.exec(text) !== null) ends.push(pattern.lastIndex);
  ends.push(text.length);
  return ends;
}
