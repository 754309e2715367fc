import { DeviceError } from "../errors.js";

/** What explains what, best first: a kernel that does not compile, memory that was not there, a refused command. */
export type FailureKind = "compilation" | "exhaustion" | "refusal";
const KINDS: readonly FailureKind[] = ["compilation", "exhaustion", "refusal"];

interface Failure {
  readonly kind: FailureKind;
  readonly error: DeviceError;
  /** The last read that had begun when one first threw it; undefined while none has. */
  toldUpTo: number | undefined;
}

/**
 * What went wrong on a device. WebGPU tells it later than the call that caused it, so it waits here for the next read. Every
 * read that began before somebody was told throws it, because what it returns may be wrong. A lost device is thrown for ever.
 */
export class Failures {
  readonly #checks = new Set<Promise<unknown>>();
  readonly #waiting = new Set<(loss: DeviceError) => void>();
  readonly #reads = new Set<number>();
  #failures: Failure[] = [];
  #lastRead = 0;
  #loss: DeviceError | undefined;

  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /** The device is gone: what waits fails now, and from now on everything does. */
  lose(why: string): void {
    this.#loss ??= new DeviceError(
      `the GPU device is gone: ${why}; call open() again and make the tensors anew.`,
    );
    for (const reject of this.#waiting) reject(this.#loss);
  }

  /** Something failed. Of several of a kind that nobody heard of, the first says most. */
  fail(kind: FailureKind, error: DeviceError): void {
    const isKnown = this.#failures.some((failure) => failure.kind === kind && failure.toldUpTo === undefined);
    if (!isKnown) this.#failures.push({ kind, error, toldUpTo: undefined });
  }

  /** Waits, at the next read, for a check that answers with what went wrong. */
  watch(kind: FailureKind, checked: Promise<DeviceError | undefined>): void {
    const check = checked
      .then((error) => {
        if (error !== undefined) this.fail(kind, error);
      })
      .catch(() => {}) // the device went away meanwhile, which `lose` tells
      .finally(() => this.#checks.delete(check));
    this.#checks.add(check);
  }

  /** @throws DeviceError when the device is gone */
  throwIfLost(): void {
    if (this.#loss !== undefined) throw this.#loss;
  }

  /**
   * Runs a read, which waits for the GPU, and throws what went wrong before it.
   *
   * @throws DeviceError when the device is or gets lost, or a failure has become known
   */
  async reading<T>(read: () => Promise<T>): Promise<T> {
    this.throwIfLost();
    const number = ++this.#lastRead;
    this.#reads.add(number);
    try {
      const result = await this.#unlessLost(read()).catch(async (error: unknown) => {
        await this.#settle(number); // says why, if it is known
        throw error;
      });
      await this.#settle(number);
      return result;
    } finally {
      this.#reads.delete(number);
      const oldest = Math.min(...this.#reads);
      this.#failures = this.#failures.filter(({ toldUpTo = oldest }) => toldUpTo >= oldest);
    }
  }

  async #settle(read: number): Promise<void> {
    this.throwIfLost();
    await this.#unlessLost(Promise.all(this.#checks));
    const heard = this.#failures.filter(({ toldUpTo = read }) => read <= toldUpTo);
    for (const failure of heard) failure.toldUpTo ??= this.#lastRead;
    const [first] = heard.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
    if (first !== undefined) throw first.error;
  }

  /** The same promise, but a loss of the device rejects it. (Promise.race would gather a reaction for every read.) */
  #unlessLost<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
