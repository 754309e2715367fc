// Random tensors of a shape. All of them are functions of a generator's counter: kernels/wgsl/random/random.wgsl.
import { kernels } from "@weft/kernels";
import { type CreateOptions, checkCreation, create } from "../../create.js";
import { type DType, elementOf } from "../../dtype.js";
import { DTypeError } from "../../errors.js";
import { checkGenerator, entropy, type Generator } from "../../generator.js";
import { launch } from "../../launch.js";
import type { Shape } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

const { random: kernel } = kernels;

export interface RandomOptions extends CreateOptions {
  /** Where the numbers come from: the same seed gives the same numbers. Fresh entropy unless one is given. */
  readonly generator?: Generator;
}

interface Draw {
  readonly kind: "UNIFORM" | "NORMAL" | "INTEGER";
  readonly a?: number;
  readonly b?: number;
  readonly low?: number;
  readonly range?: number;
}

/** Refuses options that no random tensor is made with; `own` are those that only `op` knows. */
function checkDrawing(op: string, options: RandomOptions, own: readonly string[] = []): void {
  checkCreation(op, options, ["generator", ...own]);
  checkGenerator(op, options.generator);
}

function draw(
  op: string,
  shape: Shape,
  options: RandomOptions,
  accepts: readonly DType[],
  what: Draw,
): Tensor {
  checkDrawing(op, options);
  const { generator = entropy, dtype = accepts[0] as DType, ...rest } = options;
  if (!accepts.includes(dtype)) {
    throw new DTypeError(
      `${op}: dtype is ${dtype}, possible are ${accepts.join(" and ")}; use cast() for others.`,
    );
  }
  const out = create(op, shape, { ...rest, dtype });
  const { size } = out;
  const { kind, a = 0, b = 0, low = 0, range = 0 } = what;
  launch(
    kernel,
    { out },
    { ...generator.next(), a, b, low, range, size },
    {
      invocations: size,
      knobs: { KIND: kernel.constants[kind], DIGITS: dtype === "f16" ? 11 : 24, Element: elementOf(dtype) },
    },
  );
  return out;
}

const FLOATS: readonly DType[] = ["f32", "f16"];
const INTEGERS: readonly DType[] = ["i32", "u32"];

/**
 * Random numbers spread evenly over [low, high), from 0 to 1 unless told otherwise: 2²⁴ different ones, 2¹¹ for f16.
 *
 * @throws RangeError when low > high
 * @throws DTypeError when the dtype is no float
 * @example
 * const x = uniform([100], { generator: new Generator(1), low: 2, high: 3 });
 * (await x.max().item()) < 3; // true
 */
export function uniform(
  shape: Shape,
  options: RandomOptions & { readonly low?: number; readonly high?: number } = {},
): Tensor {
  checkDrawing("uniform", options, ["low", "high"]);
  const { low = 0, high = 1, ...rest } = options;
  if (!(low <= high)) throw new RangeError(`uniform: low is ${low} and high ${high}; use low ≤ high.`);
  return draw("uniform", shape, rest, FLOATS, { kind: "UNIFORM", a: low, b: high });
}

/**
 * Normally distributed random numbers, standard normal unless told otherwise (Box and Muller 1958).
 *
 * @throws RangeError when std is not ≥ 0
 * @throws DTypeError when the dtype is no float
 * @example
 * normal([2, 3], { generator: new Generator(1), std: 0.02 }).shape; // [2, 3]
 */
export function normal(
  shape: Shape,
  options: RandomOptions & { readonly mean?: number; readonly std?: number } = {},
): Tensor {
  checkDrawing("normal", options, ["mean", "std"]);
  const { mean = 0, std = 1, ...rest } = options;
  if (!(std >= 0)) throw new RangeError(`normal: std is ${std}; use a number ≥ 0.`);
  return draw("normal", shape, rest, FLOATS, { kind: "NORMAL", a: mean, b: std });
}

/**
 * Random numbers spread evenly over [0, 1); `uniform` has bounds.
 *
 * @throws DTypeError when the dtype is no float
 * @example
 * rand([2, 3], { generator: new Generator(1) }).shape; // [2, 3]
 */
export const rand = (shape: Shape, options: RandomOptions = {}): Tensor =>
  draw("rand", shape, options, FLOATS, { kind: "UNIFORM", b: 1 });

/**
 * Standard normal random numbers; `normal` has mean and deviation.
 *
 * @throws DTypeError when the dtype is no float
 * @example
 * randn([2, 3], { generator: new Generator(1) }).shape; // [2, 3]
 */
export const randn = (shape: Shape, options: RandomOptions = {}): Tensor =>
  draw("randn", shape, options, FLOATS, { kind: "NORMAL", b: 1 });

/** The numbers that a dtype holds: first, and one behind the last. */
const BOUNDS: Partial<Record<DType, readonly [number, number]>> = {
  i32: [-(2 ** 31), 2 ** 31],
  u32: [0, 2 ** 32],
};

/**
 * Random whole numbers low … high − 1, all equally likely but for (high − low) / 2⁶⁴. Of dtype i32 or u32.
 *
 * @throws RangeError when low < high does not hold, or the dtype does not hold them
 * @throws DTypeError when the dtype is no integer
 * @example
 * const dice = randint(1, 7, [100], { generator: new Generator(1) });
 * [...new Set(await dice.data())].sort(); // [1, 2, 3, 4, 5, 6]
 */
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  checkDrawing("randint", options);
  const { dtype = "i32" } = options;
  const [first, end] = BOUNDS[dtype] ?? [low, high];
  if (![low, high].every(Number.isInteger) || low >= high || low < first || high > end) {
    throw new RangeError(
      `randint: low is ${low} and high ${high}; use whole numbers with ${first} ≤ low < high ≤ ${end} for ${dtype}.`,
    );
  }
  // A range of 2³² is 0 in 32 bits, which the kernel takes for all of them.
  const range = (high - low) % 2 ** 32;
  return draw("randint", shape, options, INTEGERS, { kind: "INTEGER", low: low >>> 0, range });
}
