import { kernels } from "@weft/kernels";
import { type CreateOptions, zeros } from "../../create.js";
import type { Generator } from "../../generator.js";
import { launch } from "../../launch.js";
import { checkInputs, defineOp, F32 } from "../../op.js";
import type { Shape } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

interface RandomOptions extends Omit<CreateOptions, "dtype"> {
  readonly generator: Generator;
}

function random(shape: Shape, options: RandomOptions, NORMAL: 0 | 1, a: number, b: number): Tensor {
  const { generator, ...rest } = options;
  const out = zeros(shape, rest);
  const { size } = out;
  launch(
    kernels.random,
    { out },
    { ...generator.next(), a, b, size },
    { invocations: size, knobs: { NORMAL } },
  );
  return out;
}

/**
 * Random numbers spread evenly over [low, high), from 0 to 1 unless told otherwise.
 *
 * @example
 * const x = uniform([100], { generator: new Generator(1), low: 2, high: 3 });
 * (await x.max().item()) < 3; // true
 */
export const uniform = (
  shape: Shape,
  options: RandomOptions & { readonly low?: number; readonly high?: number },
): Tensor => random(shape, options, 0, options.low ?? 0, options.high ?? 1);

/**
 * Normally distributed random numbers, standard normal unless told otherwise (Box and Muller 1958).
 *
 * @example
 * normal([2, 3], { generator: new Generator(1), std: 0.02 }).shape; // [2, 3]
 */
export const normal = (
  shape: Shape,
  options: RandomOptions & { readonly mean?: number; readonly std?: number },
): Tensor => random(shape, options, 1, options.mean ?? 0, options.std ?? 1);

interface Mask {
  readonly p: number;
  readonly key0: number;
  readonly key1: number;
  readonly stream: number;
}

const dropoutOp: (x: Tensor, mask: Mask) => Tensor = defineOp<[x: Tensor], Mask>({
  name: "dropout",
  accepts: [F32],
  shape: ([x]) => x.shape,
  forward({ inputs: [x], output, attributes: mask }) {
    const { size } = output;
    launch(
      kernels.dropout,
      { x, out: output },
      { ...mask, scale: 1 / (1 - mask.p), size },
      { invocations: size },
    );
  },
  // The map is linear: the gradient passes the same mask.
  backward: ({ attributes: mask, grad }) => [() => dropoutOp(grad, mask)],
});

/**
 * Sets each element to 0 with probability p and multiplies the others by 1 / (1 − p) (Srivastava et al. 2014).
 * The mask is not stored but computed anew from the generator's counter. Shapes: any → the same.
 *
 * @throws RangeError when p is not in [0, 1)
 * @example
 * await dropout(tensor([1, 2]), 0, new Generator(1)).toArray(); // [1, 2]
 */
export function dropout(x: Tensor, p: number, generator: Generator): Tensor {
  if (!(p >= 0 && p < 1)) throw new RangeError(`dropout: p is ${p}; use a probability in [0, 1).`);
  checkInputs("dropout", [x], [F32]);
  return p === 0 ? x : dropoutOp(x, { p, ...generator.next() });
}
