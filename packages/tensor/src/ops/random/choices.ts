// Random choices: yes or no, an order, some of many.
import { checkOptions } from "../../checks/checkArguments.js";
import { DTypeError } from "../../errors.js";
import { checkGenerator } from "../../generator.js";
import { checkInputs, FLOAT } from "../../op.js";
import { checkShape } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { cast } from "../elementwise/cast.js";
import { lt } from "../elementwise/compare.js";
import { argsort } from "../index/sort.js";
import { type RandomOptions, rand, randint } from "./distributions.js";

/**
 * 1 with the probability that each element of p says, else 0. What is below 0 counts as 0, as NaN does, what is above 1 as 1:
 * no probability is read back to be refused. No gradient flows. Shapes: any → the same.
 *
 * @throws DTypeError when p is no float
 * @example
 * await bernoulli(tensor([0, 1, 1]), { generator: new Generator(1) }).toArray(); // [0, 1, 1]
 */
export function bernoulli(p: Tensor, options: Pick<RandomOptions, "generator"> = {}): Tensor {
  checkInputs("bernoulli", [p], [FLOAT]);
  checkOptions("bernoulli", options, ["generator"]);
  const { generator } = options;
  checkGenerator("bernoulli", generator);
  const { device } = p;
  return cast(lt(rand(p.shape, { device, ...(generator && { generator }) }), p), p.dtype);
}

/**
 * The numbers 0 … n − 1 in random order, of dtype i32. They are sorted by random keys of 32 bits; two that get the same key,
 * which happens at all with a probability below n² / 2³³, stay in order.
 *
 * @throws ShapeError when n is not a whole number ≥ 0
 * @throws DTypeError when the dtype is not i32
 * @example
 * const order = randperm(5, { generator: new Generator(1) });
 * await sort(order).values.toArray(); // [0, 1, 2, 3, 4]
 */
export function randperm(n: number, options: Omit<RandomOptions, "requiresGrad"> = {}): Tensor {
  checkShape("randperm", [n]);
  checkOptions("randperm", options, ["dtype", "device", "generator"]);
  const { dtype = "i32", generator } = options;
  checkGenerator("randperm", generator);
  if (dtype !== "i32") throw new DTypeError(`randperm: dtype is ${dtype}, possible is i32; use cast().`);
  return argsort(randint(0, 2 ** 32, [n], { ...options, dtype: "u32" }));
}
