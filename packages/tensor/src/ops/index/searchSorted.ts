import { kernels } from "@weft/kernels";
import { checkOptions } from "../../checks/checkArguments.js";
import { elementOf } from "../../dtype.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { launch } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { at, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { kindOf } from "./sortRows.js";

export interface SearchSortedOptions {
  /** Whether a value goes behind equal elements; before them unless told otherwise. */
  readonly right?: boolean;
}

const searchSortedOp = defineOp<[sorted: Tensor, values: Tensor], Required<SearchSortedOptions>>({
  name: "searchSorted",
  accepts: [ANY],
  shape([sorted, values]) {
    const rows = sorted.shape.slice(0, -1);
    if (sorted.rank === 0 || (sorted.rank > 1 && !sameShape(rows, values.shape.slice(0, -1)))) {
      throw new ShapeError(
        `searchSorted: sorted ${show(sorted.shape)} and values ${show(values.shape)} differ before the last axis; ` +
          "give one sorted row (n), or a row for each row of values.",
      );
    }
    if (sorted.dtype !== values.dtype) {
      throw new DTypeError(
        `searchSorted: sorted is ${sorted.dtype} and values ${values.dtype}; use cast() on one of them.`,
      );
    }
    return values.shape;
  },
  dtype: () => "i32",
  forward({ inputs: [sorted, values], output, attributes: { right } }) {
    const length = at(sorted.shape, sorted.rank - 1);
    const { size } = output;
    launch(
      kernels.searchSorted,
      { sorted, values, out: output },
      { length, count: values.shape.at(-1) ?? 1, size },
      {
        invocations: size,
        knobs: {
          ...{ RIGHT: right ? 1 : 0, SHARED: sorted.rank === 1 ? 1 : 0 },
          ...{ KIND: kindOf(sorted.dtype), Element: elementOf(sorted.dtype) },
        },
      },
    );
  },
});

/**
 * Where values belong in a sorted row, so that it stays sorted: the number of elements < the value, or ≤ it with `right`.
 * NaN counts as larger than all numbers. What a row that is not sorted gives is not defined.
 *
 * Shapes: sorted (n), or (…, n) with the leading axes of the values; values (…, m) → the values', of dtype i32.
 *
 * @throws ShapeError when the leading axes differ
 * @throws DTypeError when the dtypes differ
 * @example
 * await searchSorted(tensor([1, 3, 3, 5]), tensor([3, 9])).toArray(); // [1, 4]
 * await searchSorted(tensor([1, 3, 3, 5]), tensor([3, 9]), { right: true }).toArray(); // [3, 4]
 */
export function searchSorted(sorted: Tensor, values: Tensor, options: SearchSortedOptions = {}): Tensor {
  checkOptions("searchSorted", options, ["right"]);
  const { right = false } = options;
  return searchSortedOp(sorted, values, { right });
}
