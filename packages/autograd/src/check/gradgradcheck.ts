import { scope, type Tensor, tensor, withRecording } from "@weft/tensor";
import { vjp } from "../functional/functional.js";
import { listOf } from "../tensorList.js";
import type { Checked, Reference } from "./evaluation.js";
import { checkCall, compare, type GradcheckOptions } from "./gradcheck.js";
import { uniformNumbers } from "./uniformNumbers.js";

/**
 * Checks the second derivative of a function: its gradient `(x, u) ↦ (∂f/∂x)ᵀ · u`, with random u in the place of the
 * gradient that arrives, goes through `gradcheck` as a function of x and u. The options are those of `gradcheck`; a
 * reference is that of f itself.
 *
 * @returns the largest relative difference found
 * @throws WeftError that names input, direction and both numbers when they differ by more than the tolerance; u comes
 *   after the inputs
 * @example
 * (await gradgradcheck((x) => x.mul(x).mul(x), [tensor([1, -2, 3])])) < 0.01; // true
 */
export async function gradgradcheck(
  f: Checked,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): Promise<number> {
  checkCall("gradgradcheck", f, inputs, options);
  const { reference, ...rest } = options;
  const random = uniformNumbers((options.seed ?? 0) + 1);
  const arriving = scope(() => {
    const outputs = withRecording(false, () => listOf(f(...inputs)));
    return outputs.map(({ shape, size, device }) =>
      tensor(
        Float32Array.from({ length: size }, () => 0.5 + random()),
        { shape, device },
      ),
    );
  });
  const checked = inputs.flatMap(({ dtype }, i) => (dtype === "f32" ? [i] : []));
  const gradient: Checked = (...all) => {
    const run = (...xs: Tensor[]) => {
      const full = all.slice(0, inputs.length);
      for (const [k, i] of checked.entries()) full[i] = xs[k] as Tensor;
      return listOf(f(...full));
    };
    const xs = checked.map((i) => all[i] as Tensor);
    return vjp(run, xs, all.slice(inputs.length))[1];
  };
  try {
    return await compare("gradgradcheck", gradient, [...inputs, ...arriving], {
      ...rest,
      ...(reference && { reference: gradientOf(reference, inputs.length, checked) }),
    });
  } finally {
    for (const u of arriving) u.dispose();
  }
}

/** Relative step of the inner differences: they are differentiated again, with a step a few times larger. */
const STEP = 2 ** -14;

/** `(…x, …u) ↦ (∂reference/∂x)ᵀ · u` by central differences in float64, two steps combined (Richardson). */
const gradientOf =
  (reference: Reference, count: number, checked: readonly number[]): Reference =>
  (...all) => {
    const values = all.slice(0, count);
    const u = all.slice(count).flatMap((part) => Array.from(part));
    const loss = (i: number, k: number, v: number) => {
      const results = reference(...values.map((value, j) => (j === i ? value.with(k, v) : value)));
      return results.reduce((total, y, m) => total + y * (u[m] as number), 0);
    };
    const slopes = checked.flatMap((i) =>
      Array.from(values[i] as Float64Array, (v, k) => {
        const difference = (h: number) => (loss(i, k, v + h) - loss(i, k, v - h)) / (2 * h);
        const h = STEP * (Math.abs(v) || 1);
        return (16 * difference(h / 4) - difference(h)) / 15;
      }),
    );
    return Float64Array.from(slopes);
  };
