import {
  add,
  assign,
  div,
  gt,
  indexAdd,
  logicalAnd,
  mul,
  norm,
  ones,
  reshape,
  scope,
  type Tensor,
  unsqueeze,
  where,
  withRecording,
  zeros,
} from "@weft/tensor";

/**
 * Shortens the rows of a table (V, C) that ids name and whose p-norm is above `maxNorm`, in place:
 * `row ← row · maxNorm / (‖row‖ₚ + 10⁻⁷)`, as PyTorch's embedding_renorm_. Gradients do not see it.
 */
export function renormalize(weight: Tensor, ids: Tensor, maxNorm: number, p: number): void {
  const { device } = weight;
  withRecording(false, () =>
    scope(() => {
      const counts = zeros([weight.shape[0] as number], { dtype: "i32", device });
      const one = ones([ids.size], { dtype: "i32", device });
      const isUsed = gt(indexAdd(counts, 0, reshape(ids, [ids.size]), one), 0); // (V)
      const norms = norm(weight, { axis: 1, p }); // (V)
      const factors = where(logicalAnd(isUsed, gt(norms, maxNorm)), div(maxNorm, add(norms, 1e-7)), 1);
      assign(weight, mul(weight, unsqueeze(factors, 1)));
    }),
  );
}
