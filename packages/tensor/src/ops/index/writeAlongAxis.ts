// How an index is followed along an axis to write to there, and which kernel does it.
import { kernels } from "@weft/kernels";
import { fill } from "../../create.js";
import { elementOf } from "../../dtype.js";
import { copyElements, launch, strided } from "../../launch.js";
import { at, collapse, type Shape, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { scatterSorted, type Writes } from "./scatterSorted.js";

interface Writing extends Writes {
  /** What the output starts from; zeros without it. */
  readonly x?: Tensor;
}

/** So many indices one invocation walks. */
const SHORT = 512;
/** Up to so many indices that all lines share, workgroups look through all of them: that is one dispatch. */
const MIDDLE = 8192;
/** With so many rows of indices the lines alone keep a GPU busy, and sorting all of them takes longer than walking one. */
const MANY_ROWS = 1024;
/** Workgroups that there shall be, and the most that divide a line: each looks through all indices. */
const ENOUGH_WORKGROUPS = 1024;
const MOST_OWNERS = 256;

/** Encodes a scatter: the output is x, but for elements of the source that go where their index says. */
export function writeAlongAxis({ x, ...writes }: Writing): void {
  const { indexStrides, source, axis, output } = writes;
  if (x === undefined) fill("scatter", output, 0);
  else copyElements(x, output);
  const count = at(source.shape, axis);
  if (source.size === 0 || count <= SHORT) {
    scatterLines(writes);
    return;
  }
  const rows = sizeOf(source.shape.filter((_, i) => i !== axis && indexStrides[i] !== 0));
  if (rows === 1 && count <= MIDDLE) scatterOwned(writes);
  else if (rows < MANY_ROWS) scatterSorted(writes);
  else scatterLines(writes);
}

/** What scatter.wgsl and scatter_owned.wgsl are launched with. */
function argumentsOf({ index, indexStrides, source, axis, output, add }: Writes) {
  const without = (values: readonly number[]) => values.toSpliced(axis, 1);
  const shape: Shape = without(source.shape);
  const { rank, axes } = collapse(shape, [indexStrides, source.strides, output.strides].map(without));
  return {
    bindings: { index: strided(index), source: strided(source), out: output },
    params: {
      ...{ axes, indexOffset: index.offset, sourceOffset: source.offset },
      ...{ indexStep: at(indexStrides, axis), sourceStep: at(source.strides, axis) },
      ...{ outStep: at(output.strides, axis), count: at(source.shape, axis) },
      ...{ length: at(output.shape, axis), size: sizeOf(shape) },
    },
    knobs: { RANK: rank, ADD: add ? 1 : 0, Element: elementOf(output.dtype) },
  };
}

/** Encodes scatter.wgsl: an invocation walks each line. */
function scatterLines(writes: Writes): void {
  const { bindings, params, knobs } = argumentsOf(writes);
  launch(kernels.scatter, bindings, params, { invocations: params.size, knobs });
}

/** Encodes scatter_owned.wgsl: workgroups divide the elements of a line among them. */
function scatterOwned(writes: Writes): void {
  const { bindings, params, knobs } = argumentsOf(writes);
  const blocks = Math.ceil(params.size / kernels.scatterOwned.overrides.WORKGROUP);
  const owners = Math.max(1, Math.min(params.length, MOST_OWNERS, Math.ceil(ENOUGH_WORKGROUPS / blocks)));
  launch(kernels.scatterOwned, bindings, { ...params, owners }, { rows: blocks * owners, knobs });
}
