// How an index is followed along an axis to read from there.
import { kernels } from "@weft/kernels";
import { elementOf, isFloat } from "../../dtype.js";
import { launch, strided } from "../../launch.js";
import { at, collapse } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

/** What an index outside the axis gives: NaN (0 for integers and bool) to who chooses, 0 to a gradient that was not used. */
export type Missing = "NaN" | "zero";

/** Along which axis is read. */
export interface Reads {
  readonly axis: number;
  readonly missing: Missing;
}

interface Reading extends Reads {
  readonly x: Tensor;
  readonly index: Tensor;
  /** How the index lies when seen in the output's shape. */
  readonly indexStrides: readonly number[];
  readonly output: Tensor;
}

/** Encodes gather.wgsl: every element of the output is the one of x that its index names. */
export function readAlongAxis({ x, index, indexStrides, axis, output, missing }: Reading): void {
  const { size } = output;
  const { rank, axes, quads } = collapse(output.shape, [indexStrides, x.strides.with(axis, 0)]);
  launch(
    kernels.gather,
    { x: strided(x), index: strided(index), out: strided(output) },
    {
      ...{ axes, indexOffset: index.offset, xOffset: x.offset, size },
      ...{ length: at(x.shape, axis), step: at(x.strides, axis) },
    },
    {
      invocations: Math.ceil(size / 4),
      knobs: {
        ...{ RANK: rank, QUADS: quads ? 1 : 0, Element: elementOf(x.dtype) },
        FLOAT: isFloat(x.dtype) && missing === "NaN" ? 1 : 0,
      },
    },
  );
}
