import {
  type Draws,
  type NumberArray,
  redraw,
  scope,
  type Tensor,
  tensor,
  WeftError,
  withDraws,
  withRecording,
} from "@weft/tensor";
import { gradients } from "../gradients.js";
import { listOf } from "../tensorList.js";

/** What is checked: a function of f32 tensors and others, such as indices, which stay as they are. */
export type Checked = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** The function once more in float64: row-major inputs to the row-major numbers of all results, one after the other. */
export type Reference = (...inputs: Float64Array[]) => Float64Array;

/** A function that can be evaluated at many places with the same random numbers. */
export class Evaluation {
  /** The inputs' numbers. */
  readonly values: readonly Float64Array[];
  /** The numbers of all results there, one after the other. */
  readonly results: Float64Array;
  readonly #f: Checked;
  readonly #inputs: readonly Tensor[];
  readonly #draws: Draws;

  private constructor(
    f: Checked,
    inputs: readonly Tensor[],
    values: readonly Float64Array[],
    results: Float64Array,
    draws: Draws,
  ) {
    this.#f = f;
    this.#inputs = inputs;
    this.values = values;
    this.results = results;
    this.#draws = draws;
  }

  static async of(f: Checked, inputs: readonly Tensor[]): Promise<Evaluation> {
    const values = await Promise.all(inputs.map(async (x) => Float64Array.from(await x.data())));
    const draws: Draws = new Map();
    const results = await numbers(() => withDraws(draws, () => f(...inputs)));
    return new Evaluation(f, inputs, values, results, draws);
  }

  /** The results at other numbers for one input. */
  at(input: number, value: Float64Array): Promise<Float64Array> {
    return numbers(() => {
      const moved = this.#inputs.map((x, i) => (i === input ? copyOf(x, value) : x));
      return redraw(this.#draws, () => this.#f(...moved));
    });
  }

  /** The gradient of Σ weights ⊙ results for each f32 input, by the rules that are checked. */
  async gradients(who: string, weights: Float64Array): Promise<(NumberArray | undefined)[]> {
    const isChecked = this.#inputs.map(({ dtype }) => dtype === "f32");
    if (!isChecked.includes(true)) {
      throw new WeftError(
        `${who}: none of the ${isChecked.length} inputs is f32; there is nothing to check.`,
      );
    }
    const found = scope(() => {
      const leaves = this.#inputs.map((x, i) => (isChecked[i] ? leafOf(x) : x));
      const outputs = withRecording(true, () => listOf(redraw(this.#draws, () => this.#f(...leaves))));
      let first = 0;
      const factors = outputs.map(({ shape, size, device }) => {
        const part = weights.subarray(first, first + size);
        first += size;
        return tensor(Float32Array.from(part), { shape, device });
      });
      const learns = outputs.map(({ requiresGrad }) => requiresGrad);
      if (!learns.includes(true)) {
        throw new WeftError(`${who}: the result has no history; give the op a gradient rule.`);
      }
      const grads = gradients(
        outputs.filter((_, i) => learns[i]),
        leaves.filter((_, i) => isChecked[i]),
        { gradOutputs: factors.filter((_, i) => learns[i]), allowUnused: true },
      );
      return [...grads];
    });
    const data = await Promise.all(found.map((grad) => grad?.data()));
    for (const grad of found) grad?.dispose();
    let next = 0;
    return this.#inputs.map((x, i) =>
      isChecked[i] ? (data[next++] ?? new Float32Array(x.size)) : undefined,
    );
  }
}

const copyOf = ({ shape, device }: Tensor, value: Float64Array): Tensor =>
  tensor(Float32Array.from(value), { shape, device });

function leafOf(x: Tensor): Tensor {
  const leaf = x.detach();
  leaf.requiresGrad = true;
  return leaf;
}

/** All numbers of what a function returns, one result after the other. */
async function numbers(f: () => Tensor | readonly Tensor[]): Promise<Float64Array> {
  const results = withRecording(false, () => scope(() => listOf(f()).map((x) => x.detach())));
  const data = await Promise.all(results.map((x) => x.data()));
  for (const x of results) x.dispose();
  return Float64Array.from(data.flatMap((part) => Array.from(part)));
}
