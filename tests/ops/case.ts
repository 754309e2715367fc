import type * as weft from "@weft/tensor";
import type { Tensor } from "@weft/tensor";
import type { Array64 } from "./array.js";
import type { DType, Sample } from "./sample.js";

/** One use of an op: what goes in, the op on tensors, and its definition on float64 numbers. */
export interface Case {
  readonly label: string;
  readonly inputs: readonly Sample[];
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly reference: (...inputs: Array64[]) => Array64 | Array64[];
  /** Whether gradients are compared too; not for integers, nor where a difference would straddle a kink. */
  readonly gradient: boolean;
}

/** What the tests and the documentation know of one op. */
export interface Row {
  readonly name: keyof typeof weft;
  /** Dtypes of the first input; every other one is refused. Empty for ops without tensor inputs. */
  readonly dtypes: readonly DType[];
  /** Largest relative error of a result; 0 for layout and integers. */
  readonly tolerance: number;
  /** Largest absolute error, where it is more than the little that close.ts grants. */
  readonly absolute?: number;
  readonly cases: readonly Case[];
}

export const EXACT = 0;
export const ROUNDED = 1e-5;
export const TRANSCENDENTAL = 1e-4;

export const FLOAT: readonly DType[] = ["f32"];
export const ANY: readonly DType[] = ["f32", "i32", "u32"];
export const NONE: readonly DType[] = [];

/** Differences are taken for inputs of up to this many elements. */
const SMALL = 300;

export function makeCase(
  inputs: readonly Sample[],
  run: Case["run"],
  reference: Case["reference"],
  { label = "", gradient = true }: { label?: string; gradient?: boolean } = {},
): Case {
  const small = inputs.every(({ array }) => array.data.length <= SMALL);
  return {
    label: [label, inputs.map(describe).join(" and ")].filter(Boolean).join(": "),
    inputs,
    run,
    reference,
    gradient: gradient && small && inputs.some(({ dtype }) => dtype === "f32"),
  };
}

const describe = ({ array, lie, dtype }: Sample): string =>
  `(${array.shape.join(", ")})${lie === "plain" ? "" : ` ${lie}`}${dtype === "f32" ? "" : ` ${dtype}`}`;
