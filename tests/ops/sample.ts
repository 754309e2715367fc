import { expand, slice, type Tensor, tensor, transpose } from "@weft/tensor";
import { type Array64, build, get, numbers, reshaped, sizeOf } from "./array.js";

export type DType = "f32" | "i32" | "u32";

/** How a sample lies in memory: row-major, as a transposed view, as a part behind an odd offset, or repeated. */
export type Lie = "plain" | "transposed" | "sliced" | "expanded";

/** One input of a test case: its numbers, and how the tensor that holds them lies in memory. */
export interface Sample {
  readonly array: Array64;
  readonly dtype: DType;
  readonly lie: Lie;
}

interface SampleOptions {
  readonly low?: number;
  readonly high?: number;
  readonly seed?: number;
  readonly dtype?: DType;
  readonly lie?: Lie;
  readonly values?: readonly number[];
}

/** A sample of random numbers, or of the given ones. */
export function sample(shape: readonly number[], options: SampleOptions = {}): Sample {
  const { low = -2, high = 2, seed = 1, dtype = "f32", lie = "plain" } = options;
  const drawn = options.values ?? numbers(sizeOf(shape), seed, low, high);
  const whole = dtype === "f32" ? drawn : drawn.map(Math.floor);
  const array = { shape, data: Float64Array.from(whole) };
  // A repeated tensor has equal rows: those of its first one.
  return {
    array: lie === "expanded" ? build(shape, (i) => get(array, i.with(0, 0))) : array,
    dtype,
    lie,
  };
}

/** The tensor that holds a sample. */
export function tensorOf({ array, dtype, lie }: Sample, requiresGrad = false): Tensor {
  const { shape } = array;
  const made = (base: Array64) => tensor([...base.data], { shape: base.shape, dtype });
  const leaf = made(array);
  if (lie === "plain") {
    leaf.requiresGrad = requiresGrad;
    return leaf;
  }
  const view = {
    transposed: () => transpose(made(build(swapped(shape), (i) => get(array, swapped(i)))), 0, 1),
    sliced: () =>
      slice(made(build(widened(shape), (i) => shifted(array, i))), -1, 1, 1 + (shape.at(-1) as number)),
    expanded: () =>
      expand(
        made(reshaped({ shape, data: array.data.slice(0, sizeOf(shape.slice(1))) }, shape.with(0, 1))),
        shape,
      ),
  }[lie]();
  // A view made before gradients are asked for is a leaf of its own.
  view.requiresGrad = requiresGrad;
  return view;
}

const swapped = (values: readonly number[]): number[] => [
  values[1] as number,
  values[0] as number,
  ...values.slice(2),
];

/** Two columns more, so that the part between them begins at an odd place and has gaps. */
const widened = (shape: readonly number[]): number[] => shape.with(-1, (shape.at(-1) as number) + 2);

const shifted = (array: Array64, index: readonly number[]): number => {
  const column = (index.at(-1) as number) - 1;
  return column < 0 || column >= (array.shape.at(-1) as number) ? 99 : get(array, index.with(-1, column));
};
