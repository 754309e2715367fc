// What recurrent layers and cells can be told, and the refusal of what makes no sense.
import { checkOptions, Generator, type Nonlinearity } from "@weft/tensor";

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
  /**
   * DropConnect: the probability with which a hidden-to-hidden weight is left out, in training mode. One mask for all time
   * steps, a new one for each call; the weights that stay are multiplied by 1 / (1 − p) (Merity et al. 2017).
   */
  readonly weightDropout?: number;
}

/** All options with their values. */
export type Settings = Required<RecurrentOptions> & { readonly projSize: number };

const RECURRENT = [
  "numLayers",
  "bias",
  "batchFirst",
  "dropout",
  "bidirectional",
  "weightDropout",
  "generator",
];

/** The settings of a layer; `own` names the options that only its kind has. */
export function settingsOf(
  op: string,
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions & { readonly projSize?: number },
  own: readonly string[] = [],
): Settings {
  checkOptions(op, options, [...RECURRENT, ...own]);
  const settings = {
    ...{ numLayers: 1, bias: true, dropout: 0, batchFirst: false, bidirectional: false, weightDropout: 0 },
    ...{ projSize: 0, generator: options.generator ?? new Generator() },
    ...withoutUndefined(options),
  };
  const { numLayers, bias, batchFirst, bidirectional, dropout, weightDropout, projSize } = settings;
  checkSizes(op, { inputSize, hiddenSize, numLayers });
  checkSwitches(op, { bias, batchFirst, bidirectional });
  for (const [name, value] of Object.entries({ dropout, weightDropout })) {
    if (!(typeof value === "number" && value >= 0 && value <= 1)) {
      throw new RangeError(
        `${op}: ${name} is ${typeof value === "string" ? `"${value}"` : String(value)}; use a probability in [0, 1].`,
      );
    }
  }
  if (!(Number.isInteger(projSize) && projSize >= 0 && projSize < hiddenSize)) {
    throw new RangeError(
      `${op}: projSize is ${projSize}; use a whole number from 1 to ${hiddenSize - 1}, less than hiddenSize, or 0 for none.`,
    );
  }
  return settings;
}

/** The settings of a cell. */
export function cellSettingsOf(
  op: string,
  inputSize: number,
  hiddenSize: number,
  options: CellOptions,
  own: readonly string[] = [],
): Required<CellOptions> {
  checkOptions(op, options, ["bias", "generator", ...own]);
  const { bias = true, generator = new Generator() } = options;
  checkSizes(op, { inputSize, hiddenSize });
  checkSwitches(op, { bias });
  return { bias, generator };
}

export function checkNonlinearity(op: string, nonlinearity: Nonlinearity): void {
  if (nonlinearity === "tanh" || nonlinearity === "relu") return;
  throw new RangeError(`${op}: nonlinearity is ${JSON.stringify(nonlinearity)}; use "tanh" or "relu".`);
}

function checkSizes(op: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new RangeError(`${op}: ${name} is ${value}; use a whole number ≥ 1.`);
  }
}

function checkSwitches(op: string, switches: Readonly<Record<string, boolean>>): void {
  for (const [name, value] of Object.entries(switches)) {
    if (typeof value === "boolean") continue;
    throw new TypeError(`${op}: ${name} is ${JSON.stringify(value)}; use true or false.`);
  }
}

/** An option that is there but undefined counts as not given. */
const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
