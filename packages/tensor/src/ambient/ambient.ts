/**
 * A value that holds while a synchronous body runs, seen by everything the body calls; before and after it is what it
 * was. The scope and the recording of calls are such values too, in files of their own.
 *
 * @example
 * const depth = new Ambient(0);
 * depth.run(1, () => depth.value); // 1
 * depth.value; // 0
 */
export class Ambient<T> {
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Runs the body with another value, and restores what was before, also when the body throws. */
  run<R>(value: T, body: () => R): R {
    const before = this.#value;
    this.#value = value;
    try {
      return body();
    } finally {
      this.#value = before;
    }
  }
}
