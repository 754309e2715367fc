import { type DType, expand, slice, type Tensor, tensor, transpose } from "@weft/tensor";
import { type Array64, build, get, numbers, reshaped, sizeOf } from "./array.js";

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

/** The number that a dtype stores for v; `whole` makes integers. */
export function storedAs(dtype: DType, v: number, whole: (v: number) => number = Math.trunc): number {
  if (dtype === "f32") return Math.fround(v);
  if (dtype === "f16") return nearestHalf(v);
  if (dtype === "bool") return v > 0 ? 1 : 0;
  return dtype === "i32" ? whole(v) | 0 : whole(v) >>> 0;
}

/** 11 binary digits, ties to even; beyond 65,520 infinity. */
function nearestHalf(v: number): number {
  if (!Number.isFinite(v) || v === 0) return v;
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(v))), -14) - 10);
  const steps = v / step;
  const down = Math.floor(steps);
  const even = down % 2 === 0 ? down : down + 1;
  const near = steps - down === 0.5 ? even : Math.round(steps);
  return Math.abs(near * step) > 65504 ? Math.sign(v) * Number.POSITIVE_INFINITY : near * step;
}

/** A sample of random numbers, or of the given ones. */
export function sample(shape: readonly number[], options: SampleOptions = {}): Sample {
  const { low = -2, high = 2, seed = 1, dtype = "f32", lie = "plain" } = options;
  const drawn = options.values ?? numbers(sizeOf(shape), seed, low, high);
  const array = { shape, data: Float64Array.from(drawn, (v) => storedAs(dtype, v, Math.floor)) };
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
      slice(
        made(build(widened(shape), (i) => shifted(array, i, dtype === "bool" ? 1 : 99))),
        -1,
        1,
        1 + (shape.at(-1) as number),
      ),
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

const shifted = (array: Array64, index: readonly number[], beside: number): number => {
  const column = (index.at(-1) as number) - 1;
  return column < 0 || column >= (array.shape.at(-1) as number) ? beside : get(array, index.with(-1, column));
};
