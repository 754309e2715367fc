import { embedding, Generator, normal, type Tensor } from "@weft/tensor";
import { Module } from "../module.js";

/**
 * A learned table of vectors, looked up by number.
 *
 * Shapes: ids (…) of dtype i32 → (…, embeddingDim); weight (numEmbeddings, embeddingDim), standard normal at the start,
 * as in PyTorch's nn.Embedding.
 *
 * @throws DTypeError when the ids are not i32
 * @example
 * new Embedding(10, 4).forward(tensor([[1, 2, 3]], { dtype: "i32" })).shape; // [1, 3, 4]
 */
export class Embedding extends Module {
  readonly weight: Tensor;

  constructor(numEmbeddings: number, embeddingDim: number, options: { readonly generator?: Generator } = {}) {
    super();
    const { generator = new Generator() } = options;
    this.weight = normal([numEmbeddings, embeddingDim], { generator, requiresGrad: true });
  }

  forward(ids: Tensor): Tensor {
    return embedding(this.weight, ids);
  }
}
