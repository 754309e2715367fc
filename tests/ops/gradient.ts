import { backward, gradients as gradientsOf } from "@weft/autograd";
import { add, mul, sum, type Tensor, tensor } from "@weft/tensor";
import { type Array64, numbers, sizeOf } from "./array.js";
import type { Case } from "./case.js";
import { tensorOf } from "./sample.js";

export const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

/** Fixed weights for output i, so that the sum of weighted outputs sees every element. */
const weights = (count: number, i: number): number[] => numbers(count, 7 + i, 0.5, 1.5);

/** Only floats have gradients: the indices that sort returns beside its values have none. */
const isWeighed = ({ dtype }: Tensor): boolean => dtype === "f32" || dtype === "f16";

/** L = Σ w ⊙ f(x), as a tensor. */
function lossOf({ run }: Case, leaves: readonly Tensor[]): Tensor {
  const parts = list(run(...leaves)).flatMap((output, i) =>
    isWeighed(output) ? [sum(mul(output, tensor(weights(output.size, i), { shape: output.shape })))] : [],
  );
  return parts.reduce((a, b) => add(a, b));
}

/** The same in float64; `isFloat` tells which outputs count. */
function loss64({ reference }: Case, arrays: readonly Array64[], isFloat: readonly boolean[]): number {
  return list(reference(...arrays)).reduce((total, { shape, data }, i) => {
    const w = weights(sizeOf(shape), i);
    return isFloat[i] ? total + data.reduce((part, v, j) => part + v * (w[j] as number), 0) : total;
  }, 0);
}

const leavesOf = ({ inputs }: Case): Tensor[] =>
  inputs.map((input) => tensorOf(input, input.dtype === "f32" || input.dtype === "f16"));

/** Runs backward on L = Σ w ⊙ f(x); the returned leaves hold the gradients of the float inputs. */
export function gradients(example: Case): Tensor[] {
  const leaves = leavesOf(example);
  backward(lossOf(example, leaves));
  return leaves;
}

/** The same gradient of input `which` by central differences of the float64 reference: good to about nine digits. */
export function differences(example: Case, which: number, isFloat: readonly boolean[]): Array64 {
  const arrays = example.inputs.map(({ array }) => array);
  const { shape, data } = arrays[which] as Array64;
  const slope = (v: number, j: number) => {
    const step = 1e-6 * (v === 0 ? 1 : Math.min(1, Math.abs(v)) * Math.max(1, Math.abs(v)));
    const at = (moved: number) =>
      loss64(example, arrays.with(which, { shape, data: data.with(j, moved) }), isFloat);
    return (at(v + step) - at(v - step)) / (v + step - (v - step));
  };
  return { shape, data: data.map(slope) };
}

/** Which outputs are floats. */
export const floatOutputs = ({ inputs, run }: Case): boolean[] =>
  list(run(...inputs.map((input) => tensorOf(input)))).map(isWeighed);

/** The two sides of uᵀ H v, H the matrix of second derivatives of L: by double backward, and by differences. */
export interface SecondDerivative {
  readonly found: number;
  readonly expected: number;
  /** What a single wrong entry of H would change: the size of the terms of the sum. */
  readonly scale: number;
}

/** H along random directions u and v: ⟨∇⟨∇L, v⟩, u⟩ against (L(+,+) − L(+,−) − L(−,+) + L(−,−)) / 4ε². */
export async function secondDerivative(
  example: Case,
  isFloat: readonly boolean[],
): Promise<SecondDerivative> {
  const leaves = leavesOf(example);
  const inputs = leaves.filter(({ requiresGrad }) => requiresGrad);
  const direction = (seed: number) =>
    leaves.map(({ size, requiresGrad }, i) =>
      requiresGrad ? numbers(size, seed + i, -1, 1) : Array<number>(size).fill(0),
    );
  const [u, v] = [direction(31), direction(41)];
  const alongV = (x: Tensor) => tensor(v[leaves.indexOf(x)] as number[], { shape: x.shape });
  const first = gradientsOf([lossOf(example, leaves)], inputs, { createGraph: true, allowUnused: true });
  const slopes = inputs.flatMap((x, i) => {
    const grad = first[i];
    return grad?.requiresGrad ? [sum(mul(grad, alongV(x)))] : [];
  });
  const slope = slopes.length === 0 ? undefined : slopes.reduce((a, b) => add(a, b));
  const second = slope && gradientsOf([slope], inputs, { allowUnused: true });
  let found = 0;
  let scale = 0;
  for (const [i, x] of inputs.entries()) {
    const data = await second?.[i]?.data();
    for (const [j, part] of (data ?? []).entries()) {
      const term = part * (u[leaves.indexOf(x)]?.[j] as number);
      found += term;
      scale += Math.abs(term);
    }
  }
  const arrays = example.inputs.map(({ array }) => array);
  // The smallest step at which rounding of L in float64 still leaves seven digits of the difference.
  const step = 1e-4;
  const at = (a: number, b: number) =>
    loss64(
      example,
      arrays.map(({ shape, data }, i) => ({
        shape,
        data: data.map((value, j) => value + step * (a * (u[i]?.[j] as number) + b * (v[i]?.[j] as number))),
      })),
      isFloat,
    );
  const expected = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * step * step);
  return { found, expected, scale };
}
