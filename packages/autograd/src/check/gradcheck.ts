import {
  Generator,
  mul,
  type NumberArray,
  scope,
  sum,
  type Tensor,
  tensor,
  uniform,
  WeftError,
} from "@weft/tensor";
import { backward } from "../backward.js";

export interface GradcheckOptions {
  /** Step of the central difference, relative to the input's scale; 1e-2 balances f32 rounding and curvature. */
  readonly step?: number;
  /** Largest allowed difference, relative to the larger of the two derivatives, beyond what f32 rounding explains. */
  readonly tolerance?: number;
  /** Random directions tried for each input. */
  readonly directions?: number;
  readonly seed?: number;
}

/** Rounding of a loss in f32, relative: a few times 2⁻²⁴. */
const ROUNDING = 1e-6;

/**
 * Compares the gradient of a function with central differences along random directions v:
 * `⟨∇L(x), v⟩ ≈ (L(x + εv) − L(x − εv)) / 2ε`, with `L = Σ w ⊙ f(x)` for fixed random weights w.
 *
 * f32 carries 7 digits, so differences of L are good to about 1e-2 relative: enough to find a wrong rule. Keep inputs
 * away from kinks such as relu at 0.
 *
 * @param f a function of f32 tensors that returns one tensor
 * @returns the largest relative difference found
 * @throws WeftError that names input, direction and both numbers when they differ by more than the tolerance
 * @example
 * (await gradcheck((x) => square(x), [tensor([1, -2, 3])])) < 0.02; // true
 */
export async function gradcheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-2, tolerance = 2e-2, directions = 3, seed = 0 }: GradcheckOptions = {},
): Promise<number> {
  const values = await Promise.all(inputs.map((input) => input.data()));
  const generator = new Generator(seed);
  const leaf = (data: NumberArray, i: number) =>
    tensor(data, { shape: inputs[i]?.shape ?? [], requiresGrad: true });
  const loss = (...leaves: Tensor[]) => {
    const result = f(...leaves);
    const { state } = generator;
    const weights = uniform(result.shape, { generator, low: 0.5, high: 1.5, device: result.device });
    generator.state = state; // the same weights at every evaluation
    return sum(mul(result, weights));
  };

  const leaves = scope(() => {
    const made = values.map(leaf);
    backward(loss(...made));
    return made;
  });
  const gradients = await Promise.all(leaves.map(({ grad }) => grad?.data()));
  const random = splitmix(seed);
  let worst = 0;
  for (const [i, value] of values.entries()) {
    const scale = Array.from(value).reduce((largest, v) => Math.max(largest, Math.abs(v)), 1);
    for (let n = 0; n < directions; n++) {
      const direction = Float64Array.from(value, () => random() * 2 - 1);
      const at = (sign: number) => {
        const moved = values.map((v, j) =>
          j === i ? v.map((x, k) => x + sign * step * scale * (direction[k] ?? 0)) : v,
        );
        return scope(() => loss(...moved.map(leaf)).detach()).item();
      };
      const [above, below] = [await at(1), await at(-1)];
      const numeric = (above - below) / (2 * step * scale);
      const exact = direction.reduce((total, v, k) => total + v * (gradients[i]?.[k] ?? 0), 0);
      // What rounding in f32 alone may do to the difference.
      const noise = (ROUNDING * Math.max(Math.abs(above), Math.abs(below))) / (step * scale);
      const larger = Math.max(Math.abs(numeric), Math.abs(exact));
      const excess = Math.max(Math.abs(numeric - exact) - noise, 0);
      const difference = excess === 0 ? 0 : excess / larger;
      worst = Math.max(worst, difference);
      if (!(difference <= tolerance)) {
        throw new WeftError(
          `gradcheck: input ${i}, direction ${n}: backward gives ${exact}, differences give ${numeric} ` +
            `(relative difference ${difference.toExponential(1)} > ${tolerance}); correct the gradient rule.`,
        );
      }
    }
  }
  return worst;
}

/** Uniform numbers in [0, 1) for the directions (splitmix32). */
function splitmix(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
