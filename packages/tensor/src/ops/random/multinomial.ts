import { withRecording } from "../../ambient/recording.js";
import { scope } from "../../ambient/scope.js";
import { checkOptions } from "../../checks/checkArguments.js";
import { ShapeError } from "../../errors.js";
import { checkGenerator } from "../../generator.js";
import { checkInputs, FLOAT } from "../../op.js";
import { at, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { clamp, div, mul, neg, sub } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { gt, lt } from "../elementwise/compare.js";
import { log, log1p } from "../elementwise/powers.js";
import { ceil } from "../elementwise/rounding.js";
import { where } from "../elementwise/where.js";
import { gather } from "../index/gather.js";
import { searchSorted } from "../index/searchSorted.js";
import { topK } from "../index/sort.js";
import { slice } from "../layout/parts.js";
import { cumsum } from "../reduce/cumulative.js";
import { max } from "../reduce/extremes.js";
import { sum } from "../reduce/sum.js";
import { type RandomOptions, rand, randint } from "./distributions.js";

export interface MultinomialOptions extends Pick<RandomOptions, "generator"> {
  /** Whether a number may be drawn again. */
  readonly replacement?: boolean;
}

const LAST = { axis: -1, keepDim: true } as const;

/**
 * Every weight gets tickets in proportion, 2³⁰ in all and at least one; those of number i end before `ends[i]`. Whole numbers,
 * so that a weight of 0 has none: running sums of floats could give it some by rounding.
 */
function byTickets(weights: Tensor, count: number, random: Pick<RandomOptions, "generator">): Tensor {
  const n = at(weights.shape, weights.rank - 1);
  const share = div(weights, max(weights, LAST)); // NaN where all are 0, which makes no ticket
  const ends = cumsum(cast(ceil(mul(share, div(2 ** 30, sum(share, LAST)))), "i32"), { axis: -1 });
  const all = cast(slice(ends, -1, n - 1), "f32");
  const u = rand(weights.shape.with(-1, count), { ...random, device: weights.device });
  const found = searchSorted(ends, cast(mul(u, all), "i32"), { right: true });
  return where(lt(found, n), found, -1);
}

/**
 * The `count` largest of log w − log E, with E exponentially distributed: the order in which clocks of rates w ring first is
 * that of draws without replacement (Efraimidis and Spirakis 2006). −log E is a Gumbel number.
 */
function byRace(weights: Tensor, count: number, random: Pick<RandomOptions, "generator">): Tensor {
  const bits = randint(0, 2 ** 32, weights.shape, { ...random, dtype: "u32", device: weights.device });
  // Away from 0 and 1, whose E would be 0 and ∞; 32 bits, since the least of many E are the ones that count.
  const u = clamp(mul(cast(bits, "f32"), 2 ** -32), 2 ** -33, 1 - 2 ** -24);
  const { indices } = topK(sub(log(weights), log(neg(log1p(neg(u))))), count);
  return where(gt(gather(weights, -1, indices), 0), indices, -1);
}

/**
 * Random numbers 0 … n − 1, drawn with the probabilities that rows of weights are in proportion to. Weights need not add up
 * to 1; 0, negative ones and NaN are never drawn, infinite ones are not allowed, and probabilities are exact to about 2⁻²⁴.
 * Where nothing is left to draw the result is −1: no weight is read back to be refused.
 *
 * Shapes: weights (…, n) → (…, count), of dtype i32.
 *
 * @throws ShapeError when there are no weights
 * @throws RangeError when count is no whole number, or without replacement more than n
 * @throws DTypeError when the weights are no floats
 * @example
 * const drawn = multinomial(tensor([0, 3, 0, 1]), 2, { generator: new Generator(1) });
 * await sort(drawn).values.toArray(); // [1, 3]
 */
export function multinomial(weights: Tensor, count: number, options: MultinomialOptions = {}): Tensor {
  checkInputs("multinomial", [weights], [FLOAT]);
  checkOptions("multinomial", options, ["replacement", "generator"]);
  const { replacement = false, ...random } = options;
  checkGenerator("multinomial", random.generator);
  const n = weights.shape.at(-1) ?? 0;
  if (n === 0) {
    throw new ShapeError(`multinomial: weights must be (…, n) with n ≥ 1, got ${show(weights.shape)}.`);
  }
  if (!Number.isInteger(count) || count < 0 || (!replacement && count > n)) {
    throw new RangeError(
      `multinomial: count is ${count} of ${n} weights; use a whole number up to that, or replacement: true.`,
    );
  }
  const draw = replacement ? byTickets : byRace;
  return withRecording(false, () =>
    scope(() => {
      const plain = cast(weights, "f32");
      return draw(where(gt(plain, 0), plain, 0), count, random);
    }),
  );
}
