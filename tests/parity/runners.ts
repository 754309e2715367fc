import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";

/** How Weft computes each case of tests/fixtures/ops.json, by the case's name. */
export const runners: Readonly<Record<string, (...inputs: Tensor[]) => Tensor | readonly Tensor[]>> = {
  round: (x) => weft.round(x as Tensor),
};
