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

export type FoldSelector = Exclude<keyof typeof kernels.reduce.constants, "RUN">;

/** Encodes reduce.wgsl once: each part of a line becomes one number of `out`, which is (outer, parts, inner). */
function foldParts(x: Tensor, out: Tensor, selector: FoldSelector, block: Block, cut: Parts): void {
  const { outer, length, inner } = block;
  const { chunk, parts } = cut;
  const size = outer * parts * inner;
  // A sum of bool is computed in the dtype of its result; f16 is never computed in.
  const isTest = selector === "ANY" || selector === "ALL";
  const knobs = {
    ...{ OP: kernels.reduce.constants[selector], FLOAT: isFloat(x.dtype) ? 1 : 0 },
    ...{ Element: elementOf(x.dtype), Compute: isTest ? "u32" : computeOf(out.dtype) },
    ...{ Out: elementOf(out.dtype) },
  };
  launch(kernels.reduce, { x, out }, { length, inner, chunk, parts, size }, { invocations: size, knobs });
}

/** Encodes reduce.wgsl: long lines are folded in parts first, then the parts. */
export function fold(x: Tensor, output: Tensor, selector: FoldSelector, block: Block): void {
  const cut = partsOf(block);
  const { parts } = cut;
  if (parts === 1) {
    foldParts(x, output, selector, block, cut);
    return;
  }
  const { outer, inner } = block;
  // Parts of f16 stay f32 until the end.
  const dtype = output.dtype === "f16" ? "f32" : output.dtype;
  const ends = empty({ shape: [outer * parts * inner], dtype, device: x.device });
  foldParts(x, ends, selector, block, cut);
  fold(ends, output, selector, { outer, length: parts, inner });
  ends.dispose();
}
