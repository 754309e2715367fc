import { checkOptions, type Tensor, WeftError } from "@weft/tensor";
import { Module } from "../module.js";
import { checkChoice } from "../optionChecks.js";

/** What a loss module makes of the losses of a batch. */
type AnyReduction = "mean" | "batchMean" | "sum" | "none";

/**
 * A loss with its options kept: what all loss modules share. Weights are buffers: they are in `stateDict()` as in PyTorch's,
 * and no optimizer changes them.
 */
export abstract class Loss<Reduced extends AnyReduction = "mean" | "sum" | "none"> extends Module {
  readonly reduction: Reduced;

  constructor(
    name: string,
    options: { readonly reduction?: Reduced },
    known: readonly string[] = [],
    reductions: readonly AnyReduction[] = ["mean", "sum", "none"],
  ) {
    super();
    checkOptions(name, options, ["reduction", ...known]);
    const { reduction = "mean" as Reduced } = options;
    checkChoice(name, "reduction", reduction, reductions as readonly Reduced[]);
    this.reduction = reduction;
  }

  /** Mean, sum or losses of an input against its targets. */
  abstract forward(input: Tensor, target: Tensor): Tensor;
}

/** A weight as a buffer: one that learns would be found among the parameters. */
export function buffer(loss: string, name: string, weight: Tensor): Tensor {
  if (!weight.requiresGrad) return weight;
  throw new WeftError(
    `${loss}: ${name} requires a gradient, but a loss module keeps its weights fixed; use detach(), or the function.`,
  );
}
