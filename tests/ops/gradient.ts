import { backward } from "@weft/autograd";
import { add, mul, sum, type Tensor, tensor } from "@weft/tensor";
import { type Array64, numbers, sizeOf } from "./array.js";
import type { Case } from "./case.js";
import { tensorOf } from "./sample.js";

export const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

/** Fixed weights for output i, so that the sum of weighted outputs sees every element. */
const weights = (count: number, i: number): number[] => numbers(count, 7 + i, 0.5, 1.5);

/** Runs backward on L = Σ w ⊙ f(x); the returned leaves hold the gradients of the f32 inputs. */
export function gradients({ inputs, run }: Case): Tensor[] {
  const leaves = inputs.map((input) => tensorOf(input, input.dtype === "f32"));
  const parts = list(run(...leaves)).map((output, i) =>
    sum(mul(output, tensor(weights(output.size, i), { shape: output.shape }))),
  );
  backward(parts.reduce((a, b) => add(a, b)));
  return leaves;
}

/** The same gradient of input `which` by central differences of the float64 reference: good to about nine digits. */
export function differences({ inputs, reference }: Case, which: number): Array64 {
  const loss = (arrays: readonly Array64[]) =>
    list(reference(...arrays)).reduce((total, { shape, data }, i) => {
      const w = weights(sizeOf(shape), i);
      return total + data.reduce((part, v, j) => part + v * (w[j] as number), 0);
    }, 0);
  const arrays = inputs.map(({ array }) => array);
  const { shape, data } = arrays[which] as Array64;
  const slope = (v: number, j: number) => {
    const step = 1e-6 * (v === 0 ? 1 : Math.min(1, Math.abs(v)) * Math.max(1, Math.abs(v)));
    const at = (moved: number) => loss(arrays.with(which, { shape, data: data.with(j, moved) }));
    return (at(v + step) - at(v - step)) / (v + step - (v - step));
  };
  return { shape, data: data.map(slope) };
}
