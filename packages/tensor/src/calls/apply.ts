// How every op runs, and where it is noted which call made a tensor.
import { isRecording } from "../ambient/recording.js";
import { tellWatcher } from "../ambient/watching.js";
import { isFloat } from "../dtype.js";
import type { Call, Op, Tensor } from "../tensor.js";

let order = 0;

/**
 * The order that the next call will have: calls noted from now on have this one or a higher one.
 *
 * @example
 * const before = nextOrder();
 * square(ones([2], { requiresGrad: true })).call.order >= before; // true
 */
export const nextOrder = (): number => order;

/**
 * Runs an op and, where gradients are on and an input needs one, notes on its outputs which call made them.
 * `defineOp` calls it for you; by itself it serves ops whose outputs are there already, such as `checkpoint`.
 *
 * @example
 * const x = ones([2], { requiresGrad: true });
 * const twice = { name: "twice", isView: false, outputs: ([x]) => [mul(x.detach(), 2)], forward() {} };
 * const [y] = apply({ ...twice, backward: (_, [grad]) => [() => mul(grad, 2)] }, [x], undefined);
 * y.call.op.name; // "twice"
 */
export function apply(op: Op, inputs: readonly Tensor[], attributes: unknown): readonly Tensor[] {
  const outputs = op.outputs(inputs, attributes);
  op.forward(inputs, outputs, attributes);
  // An op without a gradient rule is noted too, so that backward() can name it instead of cutting the gradient.
  if (isRecording() && inputs.some(({ requiresGrad }) => requiresGrad)) {
    const versions = op.isView ? undefined : versionsOf(op, inputs, outputs);
    const call: Call = { op, inputs, outputs, attributes, order: order++, versions };
    for (const output of outputs) {
      if (!isFloat(output.dtype)) continue; // integers carry no gradient
      output.requiresGrad = true;
      output.call = call;
    }
  }
  tellWatcher(op, inputs, outputs);
  return outputs;
}

/** How often the storages of a call's tensors have been written to; undefined for those that no gradient rule reads. */
const versionsOf = (
  { reads }: Op,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): (number | undefined)[] =>
  [...inputs, ...outputs].map(({ storage }, i) =>
    reads === undefined || reads.includes(i) ? storage.version : undefined,
  );
