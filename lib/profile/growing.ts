type Column = Int32Array | Uint32Array | Float64Array | Uint8Array;

/** A typed array that grows. Its tail is zero until it is written. */
export class Growing<T extends Column> {
  #values: T;
  length = 0;

  /** @param values what it begins with: of its type, and as large as it starts */
  constructor(values: T) {
    this.#values = values;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new (this.#values.constructor as new (length: number) => T)(
        Math.max(16, this.length * 2),
      );
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  get(index: number): number {
    return this.#values[index] as number;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  add(index: number, value: number): void {
    this.#values[index] = (this.#values[index] as number) + value;
  }

  /** What was pushed, in an array of that size. */
  finish(): T {
    return this.#values.slice(0, this.length) as T;
  }
}
