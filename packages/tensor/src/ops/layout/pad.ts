import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { fill } from "../../create.js";
import { ShapeError } from "../../errors.js";
import { copyElements } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { at, show } from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";
import { flip } from "./flip.js";
import { clone, contiguous, expand } from "./layout.js";
import { range } from "./part.js";
import { cat, narrow } from "./parts.js";

export interface PadOptions {
  /** What stands in the new places: a value, the mirror image, the outermost element, or the other end. */
  readonly mode?: "constant" | "reflect" | "replicate" | "circular";
  /** The value of mode "constant", 0 unless told otherwise. */
  readonly value?: number | boolean;
}

/** What is added before and after an axis; negative where it is cropped. */
interface Edges {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

interface Constant {
  readonly edges: readonly Edges[];
  readonly value: number | boolean;
}

/** The elements that input and output share, in the output (`sign` 1) or in the input (−1). */
const shared = (whole: Layout, edges: readonly Edges[], sign: 1 | -1): Layout =>
  edges.reduce((part, { axis, before, after }) => {
    const [left, right] = [Math.max(sign * before, 0), Math.max(sign * after, 0)];
    return range(axis, left, at(part.shape, axis) - left - right)(part);
  }, whole);

const constantOp = defineOp<[x: Tensor], Constant>({
  name: "pad",
  accepts: [ANY],
  shape: ([x], { edges }) =>
    edges.reduce(
      (shape, { axis, before, after }) => shape.with(axis, at(shape, axis) + before + after),
      x.shape,
    ),
  forward({ inputs: [x], output, attributes: { edges, value } }) {
    fill("pad", output, value);
    const core = x.view(shared(x, edges, -1));
    copyElements(core, output, shared(output, edges, 1));
    core.dispose();
  },
  // What was added is cropped, and what was cropped had no part in the result.
  backward: ({ attributes: { edges }, grad }) => [
    (): Tensor => {
      const opposite = edges.map(({ axis, before, after }) => ({ axis, before: -before, after: -after }));
      return constantOp(grad, { edges: opposite, value: 0 });
    },
  ],
});

type Mode = Exclude<PadOptions["mode"], "constant" | undefined>;

/** `count` elements that continue x before the axis begins, or behind its end. */
const CONTINUED: Readonly<
  Record<Mode, Readonly<Record<"before" | "after", (x: Tensor, axis: number, count: number) => Tensor>>>
> = {
  reflect: {
    before: (x, axis, count) => flip(narrow(x, axis, 1, count), axis),
    after: (x, axis, count) => flip(narrow(x, axis, at(x.shape, axis) - 1 - count, count), axis),
  },
  replicate: {
    before: (x, axis, count) => expand(narrow(x, axis, 0, 1), x.shape.with(axis, count)),
    after: (x, axis, count) => expand(narrow(x, axis, -1, 1), x.shape.with(axis, count)),
  },
  circular: {
    before: (x, axis, count) => narrow(x, axis, at(x.shape, axis) - count, count),
    after: (x, axis, count) => narrow(x, axis, 0, count),
  },
};

/** How many elements an axis of n can be continued by. */
const MOST: Readonly<Record<Mode, (n: number) => number>> = {
  reflect: (n) => Math.max(n - 1, 0),
  replicate: (n) => (n === 0 ? 0 : Number.POSITIVE_INFINITY),
  circular: (n) => n,
};

/** x without what negative edges crop. */
function cropped(x: Tensor, { axis, before, after }: Edges): Tensor {
  const [left, right] = [Math.max(-before, 0), Math.max(-after, 0)];
  return left + right === 0 ? x : narrow(x, axis, left, at(x.shape, axis) - left - right);
}

function continued(x: Tensor, edges: Edges, mode: Mode): Tensor {
  const { axis } = edges;
  // As in PyTorch an image is mirrored before it is cropped, but a circle is closed after that.
  const core = mode === "circular" ? cropped(x, edges) : x;
  const [before, after] = [Math.max(edges.before, 0), Math.max(edges.after, 0)];
  const length = at(core.shape, axis);
  const most = MOST[mode](length);
  if (before > most || after > most) {
    throw new ShapeError(
      `pad: mode "${mode}" adds at most ${most} elements at an end of ${length}, got ${before} and ${after} ` +
        `for axis ${axis} of ${show(x.shape)}; pad less, or use another mode.`,
    );
  }
  const parts = [
    ...(before > 0 ? [CONTINUED[mode].before(core, axis, before)] : []),
    core,
    ...(after > 0 ? [CONTINUED[mode].after(core, axis, after)] : []),
  ];
  const longer = parts.length === 1 ? core : cat(parts, axis);
  return mode === "circular" ? longer : cropped(longer, edges);
}

/** Reads [left, right, top, bottom, …], the last axis first. */
function edgesOf({ shape }: Tensor, padding: readonly number[]): readonly Edges[] {
  if (
    padding.length % 2 !== 0 ||
    padding.length > 2 * shape.length ||
    !padding.every((count) => Number.isInteger(count))
  ) {
    throw new ShapeError(
      `pad: padding ${show(padding)} must be two whole numbers for each axis of ${show(shape)}, last axis first.`,
    );
  }
  return Array.from({ length: padding.length / 2 }, (_, i) => {
    const edges = {
      ...{ axis: shape.length - 1 - i, before: at(padding, 2 * i), after: at(padding, 2 * i + 1) },
    };
    const length = at(shape, edges.axis);
    if (length + Math.min(edges.before, 0) + Math.min(edges.after, 0) < 0) {
      throw new ShapeError(
        `pad: padding ${show(padding)} crops more than the ${length} elements of axis ${edges.axis} of ${show(shape)}.`,
      );
    }
    return edges;
  });
}

/**
 * x with more elements at the ends of its last axes, or fewer where numbers are negative: always a copy. `padding` is
 * [left, right, top, bottom, …], the last axis first, as in `torch.nn.functional.pad`; every mode takes any number of axes.
 * By mode 1, 2, 3 become by two on either side:
 *
 * "constant" `0 0 1 2 3 0 0`, "reflect" `3 2 1 2 3 2 1`, "replicate" `1 1 1 2 3 3 3`, "circular" `2 3 1 2 3 1 2`
 *
 * Shapes: (…, n), [l, r] → (…, l + n + r)
 *
 * @throws ShapeError when padding does not fit the axes, or a mode cannot continue an axis so far
 * @throws DTypeError when the dtype cannot hold the value
 * @example
 * await pad(tensor([1, 2, 3]), [1, 2]).toArray(); // [0, 1, 2, 3, 0, 0]
 * await pad(tensor([1, 2, 3]), [2, -1], { mode: "reflect" }).toArray(); // [3, 2, 1, 2]
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkTensor("pad", x);
  checkOptions("pad", options, ["mode", "value"]);
  const { mode = "constant", value } = options;
  if (mode !== "constant" && !(mode in CONTINUED)) {
    throw new TypeError(`pad: mode is "${mode}"; use "constant", "reflect", "replicate" or "circular".`);
  }
  if (mode !== "constant" && value !== undefined) {
    throw new TypeError(`pad: mode "${mode}" takes no value, got ${value}; use mode "constant".`);
  }
  const edges = edgesOf(x, padding);
  if (mode === "constant") return constantOp(x, { edges, value: value ?? 0 });
  const padded = edges.reduce((result, each) => continued(result, each, mode), x);
  return padded.storage === x.storage ? clone(padded) : contiguous(padded);
}
