/** Gates of a unit of each cell: its weights hold as many blocks of H rows. */
const GATES = { rnn: 1, lstm: 4, gru: 3 } as const;

/** The recurrent cells a model can be built from. */
export type Cell = keyof typeof GATES;

/** Their names. */
export const CELLS = Object.keys(GATES) as readonly Cell[];

/** Everything that decides the shape of a language model. */
export interface LanguageModelConfig {
  readonly cell: Cell;
  /** Distinct tokens, V. */
  readonly vocabulary: number;
  /** Features of a token, E. */
  readonly embedding: number;
  /** Features of the recurrent layers, H. */
  readonly hidden: number;
  /** Recurrent layers, L. */
  readonly layers: number;
  /** Probability with which a feature is left out in training, between the layers and before the decoder. */
  readonly dropout: number;
}

/**
 * The configuration that `weft train` starts from; the vocabulary comes from the text.
 *
 * @example
 * modelDefaults; // { cell: "lstm", embedding: 64, hidden: 128, layers: 1, dropout: 0 }
 */
export const modelDefaults = {
  cell: "lstm",
  embedding: 64,
  hidden: 128,
  layers: 1,
  dropout: 0,
} as const satisfies Omit<LanguageModelConfig, "vocabulary">;

/**
 * Names and shapes of a model's parameters, without building the model.
 *
 * @example
 * const shapes = parameterShapes({ ...modelDefaults, vocabulary: 83 });
 * shapes.get("recurrent.weight_ih_l0"); // [512, 64]
 */
export function parameterShapes(config: LanguageModelConfig): Map<string, readonly number[]> {
  const { vocabulary, embedding, hidden } = config;
  const rows = GATES[config.cell] * hidden;
  const shapes = new Map<string, readonly number[]>([["embedding.weight", [vocabulary, embedding]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    shapes.set(`recurrent.weight_ih_l${layer}`, [rows, layer === 0 ? embedding : hidden]);
    shapes.set(`recurrent.weight_hh_l${layer}`, [rows, hidden]);
    shapes.set(`recurrent.bias_ih_l${layer}`, [rows]);
    shapes.set(`recurrent.bias_hh_l${layer}`, [rows]);
  }
  return shapes.set("decoder.weight", [vocabulary, hidden]).set("decoder.bias", [vocabulary]);
}

/**
 * How many numbers a model learns.
 *
 * @example
 * parameterCount({ ...modelDefaults, vocabulary: 83 }); // 115347
 */
export function parameterCount(config: LanguageModelConfig): number {
  let count = 0;
  for (const shape of parameterShapes(config).values())
    count += shape.reduce((size, length) => size * length, 1);
  return count;
}
