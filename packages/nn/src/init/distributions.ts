// Initial values drawn from a distribution.
import { add, clamp, erfinv, mul, normal as normalOf, type Tensor, uniform as uniformOf } from "@weft/tensor";
import { checkNumber } from "../optionChecks.js";
import { checkDraw, type DrawOptions, drawing } from "./drawing.js";
import { fill } from "./fill.js";
import { normalBelow } from "./normalBelow.js";

export interface UniformOptions extends DrawOptions {
  /** The lower bound; 0 unless told otherwise. */
  readonly a?: number;
  /** The upper bound; 1 unless told otherwise. */
  readonly b?: number;
}

export interface NormalOptions extends DrawOptions {
  /** 0 unless told otherwise. */
  readonly mean?: number;
  /** 1 unless told otherwise. */
  readonly std?: number;
}

export interface TruncNormalOptions extends NormalOptions {
  /** The lower bound; −2 unless told otherwise. It is a value, not a number of deviations. */
  readonly a?: number;
  /** The upper bound; 2 unless told otherwise. It is a value, not a number of deviations. */
  readonly b?: number;
}

/**
 * Fills a tensor with random numbers spread evenly over [a, b), in place.
 *
 * @throws RangeError when a > b
 * @throws DTypeError when the tensor is of no float
 * @example
 * const { weight } = new Linear(30, 20);
 * init.uniform(weight, { a: 2, b: 3, generator: new Generator(1) });
 * (await weight.min().item()) >= 2; // true
 */
export function uniform(target: Tensor, options: UniformOptions = {}): Tensor {
  checkDraw("init.uniform", options, ["a", "b"]);
  const { a = 0, b = 1 } = options;
  checkNumber("init.uniform", "a", a, "finite");
  checkNumber("init.uniform", "b", b, "finite");
  if (a > b) throw new RangeError(`init.uniform: a is ${a} and b ${b}; use a ≤ b.`);
  return fill("init.uniform", target, () =>
    uniformOf(target.shape, { ...drawing(target, options), low: a, high: b }),
  );
}

/**
 * Fills a tensor with normally distributed random numbers, in place.
 *
 * @throws RangeError when std is not ≥ 0
 * @throws DTypeError when the tensor is of no float
 * @example
 * const { weight } = new Linear(100, 100);
 * init.normal(weight, { std: 0.02, generator: new Generator(1) });
 * Math.abs((await weight.std().item()) - 0.02) < 0.001; // true
 */
export function normal(target: Tensor, options: NormalOptions = {}): Tensor {
  checkDraw("init.normal", options, ["mean", "std"]);
  const { mean = 0, std = 1 } = options;
  checkNumber("init.normal", "mean", mean, "finite");
  checkNumber("init.normal", "std", std, "≥ 0");
  return fill("init.normal", target, () =>
    normalOf(target.shape, { ...drawing(target, options), mean, std }),
  );
}

/** Farther out than so many deviations there are too few of the 2²⁴ uniform numbers to draw from. */
const FARTHEST = 4;

/**
 * Fills a tensor with normally distributed random numbers between bounds, in place: as if those outside had been drawn again
 * and again. They are `mean + std · √2 · erfinv(v)`, v uniform between the bounds' own values.
 *
 * @throws RangeError when a < b does not hold, std is not > 0, or both bounds lie more than 4 deviations to one side of the mean
 * @throws DTypeError when the tensor is of no float
 * @example
 * const { weight } = new Linear(100, 100);
 * init.truncNormal(weight, { std: 0.02, a: -0.04, b: 0.04, generator: new Generator(1) });
 * (await weight.abs().max().item()) <= 0.0400001; // true
 */
export function truncNormal(target: Tensor, options: TruncNormalOptions = {}): Tensor {
  checkDraw("init.truncNormal", options, ["mean", "std", "a", "b"]);
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  checkNumber("init.truncNormal", "mean", mean, "finite");
  checkNumber("init.truncNormal", "std", std, "> 0");
  if (!(a < b)) throw new RangeError(`init.truncNormal: a is ${a} and b ${b}; use a < b.`);
  const [low, high] = [(a - mean) / std, (b - mean) / std];
  if (low > FARTHEST || high < -FARTHEST) {
    throw new RangeError(
      `init.truncNormal: from ${a} to ${b} is more than ${FARTHEST} deviations of ${std} off the mean ${mean}; ` +
        "move the mean towards the bounds.",
    );
  }
  return fill("init.truncNormal", target, () => {
    const bounds = { low: 2 * normalBelow(low) - 1, high: 2 * normalBelow(high) - 1 };
    // f16 has too few uniform numbers: the draw is in f32.
    const { dtype, ...where } = drawing(target, options);
    const drawn = erfinv(uniformOf(target.shape, { ...where, ...bounds }));
    return clamp(add(mul(drawn, std * Math.SQRT2), mean), a, b).cast(dtype);
  });
}
