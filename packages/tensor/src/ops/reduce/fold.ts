// How the kernels of reductions are launched.
import { kernels } from "@weft/kernels";
import { computeOf, elementOf, isFloat } from "../../dtype.js";
import { empty, launch } from "../../launch.js";
import type { Tensor } from "../../tensor.js";
import type { Block } from "./axes.js";

/** The longest stretch that one invocation walks where there are too few lines to go round. */
const CHUNK = 256;
const FEW_LINES = 1024;

/** A line is cut in parts of `chunk`. */
export interface Parts {
  readonly chunk: number;
  readonly parts: number;
}

/** In how many parts the lines of a block are cut. */
export function partsOf({ outer, length, inner }: Block): Parts {
  const isLong = outer * inner < FEW_LINES && length > 2 * CHUNK;
  const chunk = isLong ? CHUNK : Math.max(length, 1);
  return { chunk, parts: Math.max(Math.ceil(length / chunk), 1) };
}

/** From so many lines on one invocation a line is enough. */
const MANY_LINES = 8192;
/** Workgroups that there shall be before lines lie side by side in one, and the most that do: 64 bytes of f32. */
const ENOUGH_WORKGROUPS = 128;
const MOST_TOGETHER = 16;
/** The most elements an invocation of reduce_long.wgsl walks where lines could be cut: what two passes walk, or less. */
const LONGEST_WALK = 2 * CHUNK;

/**
 * How many lines a workgroup of reduce_long.wgsl shall fold; undefined for a block that is better folded otherwise. A
 * matrix of up to 32,768 rows is so folded over its first axis in one dispatch, whatever its width.
 */
function linesTogether({ outer, length, inner }: Block): number | undefined {
  const lines = outer * inner;
  if (length <= 2 * CHUNK || lines >= MANY_LINES) return undefined;
  const fitting = Math.max(Math.min(inner, lines / ENOUGH_WORKGROUPS, MOST_TOGETHER), 1);
  const together = 2 ** Math.floor(Math.log2(fitting));
  // So many lines are never cut; where neighbours do not lie side by side, an invocation walks each alone.
  if (lines >= FEW_LINES) return together > 1 ? together : undefined;
  const fewest = 2 ** Math.floor(Math.log2((LONGEST_WALK * kernels.reduceLong.overrides.WORKGROUP) / length));
  return fewest >= 1 ? Math.min(together, fewest) : undefined;
}

export type FoldSelector = Exclude<keyof typeof kernels.reduce.constants, "RUN">;

/** What the kernels must know of the numbers. */
function knobsOf(x: Tensor, out: Tensor, selector: FoldSelector) {
  // A sum of bool is computed in the dtype of its result; f16 is never computed in.
  const isTest = selector === "ANY" || selector === "ALL";
  return {
    ...{ OP: kernels.reduce.constants[selector], FLOAT: isFloat(x.dtype) ? 1 : 0 },
    ...{ Element: elementOf(x.dtype), Compute: isTest ? "u32" : computeOf(out.dtype) },
    ...{ Out: elementOf(out.dtype) },
  };
}

/** Encodes reduce.wgsl once: each part of a line becomes one number of `out`, which is (outer, parts, inner). */
function foldParts(x: Tensor, out: Tensor, selector: FoldSelector, block: Block, cut: Parts): void {
  const { outer, length, inner } = block;
  const { chunk, parts } = cut;
  const size = outer * parts * inner;
  const knobs = knobsOf(x, out, selector);
  launch(kernels.reduce, { x, out }, { length, inner, chunk, parts, size }, { invocations: size, knobs });
}

/** Encodes a reduction: a workgroup folds few long lines; still longer ones are folded in parts first, then the parts. */
export function fold(x: Tensor, output: Tensor, selector: FoldSelector, block: Block): void {
  const { outer, length, inner } = block;
  const LINES = linesTogether(block);
  if (LINES !== undefined) {
    const size = outer * inner;
    const knobs = { LINES, ...knobsOf(x, output, selector) };
    const rows = Math.ceil(size / LINES);
    launch(kernels.reduceLong, { x, out: output }, { length, inner, size }, { rows, knobs });
    return;
  }
  const cut = partsOf(block);
  const { parts } = cut;
  if (parts === 1) {
    foldParts(x, output, selector, block, cut);
    return;
  }
  // Parts of f16 stay f32 until the end.
  const dtype = output.dtype === "f16" ? "f32" : output.dtype;
  const ends = empty({ shape: [outer * parts * inner], dtype, device: x.device });
  foldParts(x, ends, selector, block, cut);
  fold(ends, output, selector, { outer, length: parts, inner });
  ends.dispose();
}
