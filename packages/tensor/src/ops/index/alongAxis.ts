// The two ways an index is followed along an axis: to read from there, and to write to there.
import { kernels } from "@weft/kernels";
import { fill } from "../../create.js";
import { elementOf, isFloat } from "../../dtype.js";
import { copyElements, launch, strided } from "../../launch.js";
import { at, collapse, type Shape, sizeOf } from "../../shape.js";
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

interface Writing {
  /** What the output starts from; zeros without it. */
  readonly x?: Tensor;
  readonly index: Tensor;
  /** How the index lies when seen in the source's shape. */
  readonly indexStrides: readonly number[];
  readonly source: Tensor;
  readonly axis: number;
  readonly output: Tensor;
  /** Whether what is written is added to what is there. */
  readonly add: boolean;
}

/** Encodes scatter.wgsl: the output is x, but for elements of the source that go where their index says. */
export function writeAlongAxis({ x, index, indexStrides, source, axis, output, add }: Writing): void {
  if (x === undefined) fill("scatter", output, 0);
  else copyElements(x, output);
  const without = (values: readonly number[]) => values.toSpliced(axis, 1);
  const shape: Shape = without(source.shape);
  const operands = [indexStrides, source.strides, output.strides].map(without);
  const { rank, axes } = collapse(shape, operands);
  const size = sizeOf(shape);
  launch(
    kernels.scatter,
    { index: strided(index), source: strided(source), out: output },
    {
      ...{ axes, indexOffset: index.offset, sourceOffset: source.offset },
      ...{ indexStep: at(indexStrides, axis), sourceStep: at(source.strides, axis) },
      ...{ outStep: at(output.strides, axis), count: at(source.shape, axis) },
      ...{ length: at(output.shape, axis), size },
    },
    { invocations: size, knobs: { RANK: rank, ADD: add ? 1 : 0, Element: elementOf(output.dtype) } },
  );
}
