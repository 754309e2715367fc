// What Conv1d and Conv2d share: the parameters, and padding that is not zeros.
import { type ConvolutionOptions, Generator, type PadOptions, pad, type Tensor, uniform } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkInput, checkLayer, type Kinds } from "../checkLayer.js";
import { checkWindow, type OneOrTwo, perAxis } from "./windowSizes.js";

/** How windows lie: `stride`, `padding`, `dilation`, `groups`; and what else a layer can be told. */
export interface ConvolutionLayerOptions<Size> extends ConvolutionOptions<Size> {
  /** Whether a bias is added; true unless told otherwise. */
  readonly bias?: boolean;
  /** What stands in the padding: zeros, or what `pad()` makes of the input; "zeros" unless told otherwise. */
  readonly paddingMode?: "zeros" | "reflect" | "replicate" | "circular";
  /** Source of the initial values; fresh entropy without one. */
  readonly generator?: Generator;
}

const OPTIONS: Kinds<ConvolutionLayerOptions<OneOrTwo>> = {
  ...{ stride: "other", padding: "other", dilation: "other", groups: "other" },
  ...{ bias: "switch", paddingMode: "other", generator: "generator" },
};
const MODES = ["zeros", "reflect", "replicate", "circular"];

/** A convolution over images of one or two axes. */
export abstract class Convolution<Size extends OneOrTwo> extends Module {
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: Size;
  readonly padding: Size | "same" | "valid";
  readonly dilation: Size;
  readonly groups: number;
  readonly paddingMode: "zeros" | "reflect" | "replicate" | "circular";
  readonly #layer: "Conv1d" | "Conv2d";

  constructor(
    layer: "Conv1d" | "Conv2d",
    sizes: { readonly inChannels: number; readonly outChannels: number },
    kernelSize: Size,
    options: ConvolutionLayerOptions<Size>,
  ) {
    super();
    const axes = layer === "Conv1d" ? 1 : 2;
    checkLayer<ConvolutionLayerOptions<OneOrTwo>>(layer, sizes, options, OPTIONS);
    const { inChannels, outChannels } = sizes;
    const { stride = 1 as Size, padding = 0 as Size, dilation = 1 as Size, groups = 1 } = options;
    const { bias = true, paddingMode = "zeros", generator = new Generator() } = options;
    if (typeof padding === "string" && padding !== "same" && padding !== "valid") {
      throw new RangeError(`${layer}: padding is "${String(padding)}"; use "same", "valid" or numbers.`);
    }
    checkWindow(layer, axes, {
      ...{ kernelSize: [kernelSize, 1], stride: [stride, 1], dilation: [dilation, 1] },
      padding: [typeof padding === "string" ? 0 : padding, 0],
    });
    if (padding === "same" && perAxis(stride, axes).some((step) => step !== 1)) {
      throw new RangeError(
        `${layer}: stride is ${JSON.stringify(stride)} with padding "same"; use stride 1, or numbers for padding.`,
      );
    }
    if (!Number.isInteger(groups) || groups < 1 || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new RangeError(
        `${layer}: groups is ${groups}; use a whole number that divides ${inChannels} and ${outChannels} channels.`,
      );
    }
    if (!MODES.includes(paddingMode)) {
      throw new RangeError(`${layer}: paddingMode is "${paddingMode}"; use ${MODES.join(", ")}.`);
    }
    this.#layer = layer;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = perAxis(kernelSize, axes);
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
    this.paddingMode = paddingMode;
    // PyTorch's kaiming-uniform with a = √5: ±1/√(numbers that one output sees).
    const seen = this.kernelSize.reduce((size, length) => size * length, inChannels / groups);
    const start = { generator, low: -1 / Math.sqrt(seen), high: 1 / Math.sqrt(seen), requiresGrad: true };
    this.weight = uniform([outChannels, inChannels / groups, ...this.kernelSize], start);
    if (bias) this.bias = uniform([outChannels], start);
  }

  /** x as the convolution shall see it, and how its windows lie then. */
  protected prepare(x: Tensor): readonly [x: Tensor, options: ConvolutionOptions<Size>] {
    checkInput(this.#layer, x);
    const { stride, padding, dilation, groups, paddingMode: mode } = this;
    if (mode === "zeros" || padding === "valid") return [x, { stride, padding, dilation, groups }];
    const edges = this.kernelSize.map((length, axis): [before: number, after: number] => {
      const axes = this.kernelSize.length as 1 | 2;
      if (padding !== "same") {
        const places = perAxis(padding, axes)[axis] as number;
        return [places, places];
      }
      const total = (perAxis(dilation, axes)[axis] as number) * (length - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    return [pad(x, edges.reverse().flat(), { mode } satisfies PadOptions), { stride, dilation, groups }];
  }
}
