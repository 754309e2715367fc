import { assign, cast, cat, type Tensor } from "@weft/tensor";

/** Gradients joined end to end in as few tensors as the device binds, so that an op on all of them is few dispatches. */
export class JoinedGradients {
  readonly #chunks: readonly (readonly Tensor[])[];
  /** All elements of all gradients, in f32. */
  readonly flat: readonly Tensor[];

  constructor(parameters: readonly Tensor[]) {
    const chunks: Tensor[][] = [];
    let room = 0;
    for (const { grad } of new Set(parameters)) {
      if (grad === undefined) continue;
      room -= 4 * grad.size;
      if (chunks.length === 0 || room < 0) {
        chunks.push([]);
        room = grad.device.maxBytes - 4 * grad.size;
      }
      chunks.at(-1)?.push(grad);
    }
    this.#chunks = chunks;
    this.flat = chunks.map((gradients) => cat(gradients.map((grad) => cast(grad.reshape([-1]), "f32"))));
  }

  /** Overwrites the gradients, in place, with tensors as `flat` has them. */
  assign(flat: readonly Tensor[]): void {
    for (const [i, gradients] of this.#chunks.entries()) {
      let start = 0;
      for (const grad of gradients) {
        const part = (flat[i] as Tensor).narrow(0, start, grad.size);
        assign(grad, cast(part.reshape(grad.shape), grad.dtype));
        start += grad.size;
      }
    }
  }
}
