import {
  assign,
  embedding,
  Generator,
  normal,
  ShapeError,
  scope,
  select,
  type Tensor,
  withRecording,
  zerosLike,
} from "@weft/tensor";
import { Module } from "../module.js";
import { checkNumber, shown } from "../optionChecks.js";
import { checkInput, checkLayer, type Kinds } from "./checkLayer.js";
import { renormalize } from "./renormalize.js";

export interface EmbeddingLayerOptions {
  /** A row that is 0 at the start and gets no gradient, counted from the end where it is negative. */
  readonly paddingIdx?: number;
  /** Rows that are looked up and longer than this are shortened to it, in place, before they are used. */
  readonly maxNorm?: number;
  /** The p of the p-norm that `maxNorm` means; 2 unless told otherwise. */
  readonly normType?: number;
  /** Whether the gradient of a row is divided by how often its id comes. */
  readonly scaleGradByFreq?: boolean;
  /** The table to start from, (numEmbeddings, embeddingDim), which is not copied; random numbers without one. */
  readonly weight?: Tensor;
  /** Source of the initial values; fresh entropy without one. */
  readonly generator?: Generator;
}

export interface PretrainedOptions extends Omit<EmbeddingLayerOptions, "generator" | "weight"> {
  /** Whether the table stays as it is; true unless told otherwise. */
  readonly freeze?: boolean;
}

const LOOKUP = {
  ...{ paddingIdx: "other", maxNorm: "other", normType: "other", scaleGradByFreq: "switch" },
} satisfies Kinds<Omit<EmbeddingLayerOptions, "weight" | "generator">>;

/**
 * A learned table of vectors, looked up by number. The gradient of a row that comes often adds up in a fixed order, so it is
 * the same to the last bit at every run.
 *
 * Shapes: ids (…) of dtype i32 → (…, embeddingDim); weight (numEmbeddings, embeddingDim), standard normal at the start,
 * as in PyTorch's nn.Embedding.
 *
 * A decoder may share the table (Press and Wolf 2017): one tensor, trained once with the gradients of both uses, under both
 * names in `stateDict()`.
 *
 * @throws RangeError when a size is no whole number ≥ 1, or an option is out of range
 * @throws DTypeError when the ids are not i32
 * @example
 * new Embedding(10, 4).forward(tensor([[1, 2, 3]], { dtype: "i32" })).shape; // [1, 3, 4]
 *
 * class Tied extends Module {
 *   embedding = new Embedding(10, 4);
 *   decoder = new Linear(4, 10, { bias: false });
 *   constructor() {
 *     super();
 *     this.decoder.weight = this.embedding.weight;
 *   }
 * }
 * new Tied().parameters().length; // 1
 * Object.keys(new Tied().stateDict()); // ["embedding.weight", "decoder.weight"]
 */
export class Embedding extends Module {
  static override readonly name: string = "Embedding";
  weight: Tensor;
  /** The row without gradient, counted from the front. */
  readonly paddingIdx: number | undefined;
  readonly maxNorm: number | undefined;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingLayerOptions = {}) {
    super();
    checkLayer<EmbeddingLayerOptions>("Embedding", { numEmbeddings, embeddingDim }, options, {
      ...{ ...LOOKUP, weight: "other", generator: "generator" },
    });
    const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false, weight } = options;
    if (maxNorm !== undefined) checkNumber("Embedding", "maxNorm", maxNorm, "> 0, also Infinity");
    checkNumber("Embedding", "normType", normType, "> 0, also Infinity");
    this.paddingIdx = rowOf(numEmbeddings, paddingIdx);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    const shape = [numEmbeddings, embeddingDim];
    if (weight !== undefined) {
      if (weight.shape.join() !== shape.join()) {
        throw new ShapeError(
          `Embedding: weight must be (${shape.join(", ")}), got (${weight.shape.join(", ")}).`,
        );
      }
      this.weight = weight;
      return;
    }
    const { generator = new Generator() } = options;
    this.weight = normal(shape, { generator, requiresGrad: true });
    if (this.paddingIdx !== undefined) clearRow(this.weight, this.paddingIdx);
  }

  /**
   * A layer on a table that exists already, (V, C): it shares the numbers, and is no parameter unless `freeze` is false.
   * A row `paddingIdx` keeps its numbers.
   *
   * @throws ShapeError when the table is no matrix
   * @example
   * const layer = Embedding.fromPretrained(tensor([[1, 2], [3, 4]]));
   * await layer.forward(tensor([1], { dtype: "i32" })).toArray(); // [[3, 4]]
   * layer.parameters().length; // 0
   */
  static fromPretrained(weights: Tensor, options: PretrainedOptions = {}): Embedding {
    checkInput("Embedding.fromPretrained", weights);
    checkLayer<PretrainedOptions>("Embedding.fromPretrained", {}, options, { ...LOOKUP, freeze: "switch" });
    const { freeze = true, ...rest } = options;
    const [rows, columns] = weights.shape;
    if (rows === undefined || columns === undefined || weights.rank !== 2) {
      throw new ShapeError(`Embedding: weights must be (V, C), got (${weights.shape.join(", ")}).`);
    }
    const weight = weights.detach();
    weight.requiresGrad = !freeze;
    return new Embedding(rows, columns, { ...rest, weight });
  }

  forward(ids: Tensor): Tensor {
    const { weight, paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    if (maxNorm !== undefined) renormalize(weight, ids, maxNorm, normType);
    return embedding(weight, ids, { scaleGradByFreq, ...(paddingIdx !== undefined && { paddingIdx }) });
  }
}

/** A row counted from the front. */
function rowOf(rows: number, paddingIdx: number | undefined): number | undefined {
  if (paddingIdx === undefined) return undefined;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new RangeError(
      `Embedding: paddingIdx is ${shown(paddingIdx)}; use a whole number from −${rows} to ${rows - 1}.`,
    );
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

const clearRow = (weight: Tensor, row: number): void =>
  withRecording(false, () =>
    scope(() => {
      const view = select(weight, 0, row);
      assign(view, zerosLike(view));
    }),
  );
