// What recurrent layers and cells can be told, and the refusal of what makes no sense.
import { Generator, type Nonlinearity } from "@weft/tensor";
import { checkChoice, checkProbability, checkWhole } from "../../optionChecks.js";
import { checkLayer, type Kinds } from "../checkLayer.js";

export interface CellOptions {
  readonly bias?: boolean;
  /** Source of the initial values; fresh entropy without one. */
  readonly generator?: Generator;
}

export interface RecurrentOptions extends CellOptions {
  /** Layers in the stack; each reads the outputs of the one below. 1 unless told otherwise. */
  readonly numLayers?: number;
  /** Probability of dropout on the outputs of every layer but the last, in training mode; of no effect on one layer. */
  readonly dropout?: number;
  /** Whether x and output are (B, T, …) instead of (T, B, …). */
  readonly batchFirst?: boolean;
  /** Whether each layer also reads time from end to start; its output is both directions side by side, (T, B, 2H). */
  readonly bidirectional?: boolean;
}

/** All options with their values. */
export type Settings = Required<RecurrentOptions> & { readonly projSize: number };

const RECURRENT: Kinds<RecurrentOptions> = {
  ...{ numLayers: "other", bias: "switch", batchFirst: "switch", dropout: "other", bidirectional: "switch" },
  ...{ generator: "generator" },
};
const CELL: Kinds<CellOptions> = { bias: "switch", generator: "generator" };

/** The options that only one kind of layer or cell has. */
type Own<Options, Common> = Kinds<Omit<Options, keyof Common>>;

/** The settings of a layer; `own` are the options that only its kind has. */
export function settingsOf<Options extends RecurrentOptions & { readonly projSize?: number }>(
  op: string,
  inputSize: number,
  hiddenSize: number,
  options: Options,
  own: Own<Options, RecurrentOptions>,
): Settings {
  checkLayer(op, { inputSize, hiddenSize }, options, { ...RECURRENT, ...own } as Kinds<Options>);
  const { numLayers = 1, dropout = 0, projSize = 0 } = options;
  checkWhole(op, "numLayers", numLayers, 1);
  checkProbability(op, "dropout", dropout);
  if (!(Number.isInteger(projSize) && projSize >= 0 && projSize < hiddenSize)) {
    throw new RangeError(
      `${op}: projSize is ${projSize}; use a whole number from 1 to ${hiddenSize - 1}, less than hiddenSize, or 0 for none.`,
    );
  }
  const { bias = true, batchFirst = false, bidirectional = false, generator = new Generator() } = options;
  return { numLayers, bias, batchFirst, dropout, bidirectional, projSize, generator };
}

/** The settings of a cell. */
export function cellSettingsOf<Options extends CellOptions>(
  op: string,
  inputSize: number,
  hiddenSize: number,
  options: Options,
  own: Own<Options, CellOptions>,
): Required<CellOptions> {
  checkLayer(op, { inputSize, hiddenSize }, options, { ...CELL, ...own } as Kinds<Options>);
  const { bias = true, generator = new Generator() } = options;
  return { bias, generator };
}

export const checkNonlinearity = (op: string, nonlinearity: Nonlinearity): void =>
  checkChoice(op, "nonlinearity", nonlinearity, ["tanh", "relu"]);
