import { DeviceError } from "../errors.js";

/**
 * What went wrong on a device, in the order of what explains what: the device is gone; a kernel does not compile; the GPU
 * refused a command. WebGPU tells all of it later than the call that caused it, so it waits here for the next read.
 */
export class Failures {
  readonly #checks = new Set<Promise<unknown>>();
  #loss: DeviceError | undefined;
  #compilation: DeviceError | undefined;
  #refusal: DeviceError | undefined;

  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /** The device is gone: from now on everything fails. */
  lose(why: string): void {
    this.#loss ??= new DeviceError(
      `the GPU device is gone: ${why}; call open() again and make the tensors anew.`,
    );
  }

  /** The GPU refused a command; the first refusal says most. */
  refuse(message: string): void {
    this.#refusal ??= new DeviceError(`the GPU refused a command: ${message.split("\n")[0]}`);
  }

  /** Waits, at the next read, for a compilation that answers with what went wrong. */
  watch(compilation: Promise<DeviceError | undefined>): void {
    const check = compilation
      .then((failure) => {
        this.#compilation ??= failure;
      })
      .catch(() => {}) // the device went away meanwhile, which `lose` tells
      .finally(() => this.#checks.delete(check));
    this.#checks.add(check);
  }

  /** @throws DeviceError when the device is gone */
  throwIfLost(): void {
    if (this.#loss !== undefined) throw this.#loss;
  }

  /** Throws what went wrong since the last read, once; a lost device at every call. */
  async settle(): Promise<void> {
    await Promise.all(this.#checks);
    this.throwIfLost();
    const failure = this.#compilation ?? this.#refusal;
    this.#compilation = undefined;
    this.#refusal = undefined;
    if (failure !== undefined) throw failure;
  }
}
