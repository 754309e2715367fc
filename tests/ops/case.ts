import type * as weft from "@weft/tensor";
import type { DType, Tensor } from "@weft/tensor";
import type { Array64 } from "./array.js";
import type { Sample } from "./sample.js";

/** One use of an op: what goes in, the op on tensors, and its definition on float64 numbers. */
export interface Case {
  readonly label: string;
  readonly inputs: readonly Sample[];
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly reference: (...inputs: Array64[]) => Array64 | Array64[];
  /** Whether gradients are compared too; not for integers, nor where a difference would straddle a kink. */
  readonly gradient: boolean;
  /** Whether second derivatives are compared as well: of moderate numbers, where differences of differences mean something. */
  readonly twice: boolean;
  /** Whether the case makes sense for inputs of every dtype: moderate numbers, and a reference that holds for integers. */
  readonly typed: boolean;
}

/** What the tests and the documentation know of one op. */
export interface Row {
  readonly name: keyof typeof weft;
  /** Dtypes of the first input; every other one is refused. Empty for ops without tensor inputs. */
  readonly dtypes: readonly DType[];
  /** The result's dtype for a first input of this one: the same unless told otherwise. */
  readonly result?: (dtype: DType) => DType;
  /** Largest relative error of a result; 0 for layout and integers. */
  readonly tolerance: number;
  /** Largest absolute error, where it is more than the little that close.ts grants. */
  readonly absolute?: number;
  readonly cases: readonly Case[];
}

export const EXACT = 0;
export const ROUNDED = 1e-5;
export const TRANSCENDENTAL = 1e-4;

export const F32: readonly DType[] = ["f32"];
export const FLOAT: readonly DType[] = ["f32", "f16"];
export const NUMBER: readonly DType[] = ["f32", "f16", "i32", "u32"];
export const ANY: readonly DType[] = ["f32", "f16", "i32", "u32", "bool"];
export const NONE: readonly DType[] = [];

export const isFloat = (dtype: DType): boolean => dtype === "f32" || dtype === "f16";

/** Differences are taken for inputs of up to this many elements. */
const SMALL = 300;

export function makeCase(
  inputs: readonly Sample[],
  run: Case["run"],
  reference: Case["reference"],
  { label = "", gradient = true, typed = true }: { label?: string; gradient?: boolean; typed?: boolean } = {},
): Case {
  const small = inputs.every(({ array }) => array.data.length <= SMALL);
  return {
    label: [label, inputs.map(describe).join(" and ")].filter(Boolean).join(": "),
    inputs,
    run,
    reference,
    gradient: gradient && small && inputs.some(({ dtype }) => dtype === "f32"),
    twice: inputs.every(({ array }) => array.data.every((v) => isModerate(v) && isNoSliver(v))),
    typed: typed && inputs[0]?.dtype === "f32" && inputs.every(({ array }) => array.data.every(isModerate)),
  };
}

/** Differences of differences, taken in steps of 1e-4, cannot resolve what happens this near to 0. */
const isNoSliver = (v: number): boolean => v === 0 || Math.abs(v) >= 1e-3;

const isModerate = (v: number): boolean => Math.abs(v) <= 100;

const describe = ({ array, lie, dtype }: Sample): string =>
  `(${array.shape.join(", ")})${lie === "plain" ? "" : ` ${lie}`}${dtype === "f32" ? "" : ` ${dtype}`}`;
