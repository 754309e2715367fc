import { checkOptions, isRecording, ones, ShapeError, type Tensor, WeftError } from "@weft/tensor";
import { ownCopy } from "./accumulator.js";
import { type BackwardOptions, type Seed, walk } from "./backward.js";
import { callsBehind, callsFrom } from "./calls.js";
import { differentiating } from "./differentiating.js";
import { runHooks } from "./hooks.js";
import { checkTensors, tensorList } from "./tensorList.js";

export interface GradientsOptions extends BackwardOptions {
  /** The gradient of each output, in its shape; 1 for an output of one number, if it is left out. */
  readonly gradOutputs?: readonly Tensor[];
  /** Gives undefined for an input that no output depends on, instead of an error. */
  readonly allowUnused?: boolean;
}

/** For each input its gradient; undefined where an input is unused and that is allowed. */
export type GradientsOf<I extends readonly Tensor[], O extends GradientsOptions> = {
  readonly [K in keyof I]: O extends { readonly allowUnused: true } ? Tensor | undefined : Tensor;
};

/**
 * The gradients of outputs with respect to given inputs, which may be leaves or results; `grad` of leaves is left alone.
 * PyTorch's torch.autograd.grad. Only the calls between inputs and outputs are read.
 *
 * `gradᵢ = Σₖ (∂outputₖ / ∂inputᵢ)ᵀ · gradOutputₖ`
 *
 * Shapes: each gradient has the shape of its input.
 *
 * @throws ShapeError when an output of several numbers has no gradOutput, or one of another shape
 * @throws WeftError when an input or output requires no gradient, an input is unused, or calls were freed
 * @example
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * const [dx] = gradients(sum(x.mul(x).mul(x)), [x], { createGraph: true });
 * const [ddx] = gradients(sum(dx), [x]);
 * await ddx.toArray(); // [6, 12, 18]
 */
export function gradients<const I extends readonly Tensor[], const O extends GradientsOptions>(
  outputs: Tensor | readonly Tensor[],
  inputs: I,
  options: O = {} as O,
): GradientsOf<I, O> {
  checkOptions("gradients", options, ["gradOutputs", "createGraph", "retainGraph", "allowUnused"]);
  const { gradOutputs, createGraph = false, retainGraph = false, allowUnused } = options;
  const list = tensorList("gradients", outputs, "output");
  checkTensors("gradients", inputs);
  for (const [i, { requiresGrad, shape }] of inputs.entries()) {
    if (requiresGrad) continue;
    throw new WeftError(
      `gradients: input ${i + 1} (${shape.join(", ")}) requires no gradient; set requiresGrad before the outputs are computed from it.`,
    );
  }
  checkOutputs(list, gradOutputs);
  const wanted = new Set(inputs);
  return differentiating(createGraph, () => {
    const seeds = list.map((output, i): Seed => {
      const { shape, dtype, device } = output;
      return [output, gradOutputs?.[i] ?? ones(shape, { dtype, device })];
    });
    const upTo = wanted.size === 1 ? inputs[0] : undefined;
    const calls = callsFrom(wanted, callsBehind("gradients", list, { upTo }));
    const found = walk(calls, seeds, { retainGraph, wanted });
    const made = new Set([...calls].flatMap(({ outputs }) => outputs)); // the walk has run their hooks
    for (const [x, grad] of found) if (!made.has(x)) found.set(x, runHooks(x, grad));
    const results = inputs.map((input, i) => {
      const grad = found.get(input);
      if (grad !== undefined || allowUnused) return grad;
      throw new WeftError(
        `gradients: no output depends on input ${i + 1} (${input.shape.join(", ")}); pass { allowUnused: true } to get undefined for it.`,
      );
    });
    return apart(results, gradOutputs ?? []) as GradientsOf<I, O>;
  });
}

function checkOutputs(outputs: readonly Tensor[], gradOutputs: readonly Tensor[] | undefined): void {
  if (gradOutputs !== undefined && gradOutputs.length !== outputs.length) {
    throw new WeftError(
      `gradients: there are ${outputs.length} outputs and ${gradOutputs.length} gradOutputs; give one for each.`,
    );
  }
  for (const [i, { requiresGrad, shape, size }] of outputs.entries()) {
    const which = `output ${i + 1} (${shape.join(", ")})`;
    if (!requiresGrad) {
      throw new WeftError(
        `gradients: nothing behind ${which} requires a gradient; set requiresGrad on an input first.`,
      );
    }
    const grad = gradOutputs?.[i];
    if (grad === undefined && size !== 1) {
      throw new ShapeError(
        `gradients: ${which} holds ${size} numbers; give gradOutputs, or call mean() or sum() first.`,
      );
    }
    if (grad !== undefined && grad.shape.join() !== shape.join()) {
      throw new ShapeError(
        `gradients: gradOutput ${i + 1} is (${grad.shape.join(", ")}) for ${which}; give one of the output's shape.`,
      );
    }
  }
}

/** Gradients none of which shares memory with another or with what was given: each may be freed or changed alone. */
function apart(results: readonly (Tensor | undefined)[], given: readonly Tensor[]): (Tensor | undefined)[] {
  const taken = new Set(given);
  return results.map((grad) => {
    if (grad === undefined) return undefined;
    const alone = isRecording() && !taken.has(grad) ? grad : ownCopy(grad);
    taken.add(alone);
    return alone;
  });
}
