import { checkChoice, Dropout, Embedding, GRU, Linear, LSTM, Module, RNN } from "@weft/nn";
import { type Generator, type Tensor, WeftError } from "@weft/tensor";
import { CELLS, type Cell, type LanguageModelConfig } from "./config.js";

const LAYERS = { rnn: RNN, lstm: LSTM, gru: GRU } as const satisfies Record<Cell, unknown>;

/** What a recurrent layer remembers, each (L, B, H): `{ h, c }` for an LSTM, h alone for an RNN or a GRU. */
export type RecurrentState = Tensor | { readonly h: Tensor; readonly c: Tensor };

/**
 * A recurrent language model: for every token of a text, scores for the one that comes next.
 *
 * `logits = decoder(dropout(recurrent(embedding(ids), state)))`
 *
 * Shapes: ids (T, B) of i32 → logits (T, B, V), state (L, B, H) each
 *
 * @throws RangeError when there is no such cell, or a size of the configuration is impossible
 * @example
 * const model = new LanguageModel({ cell: "gru", vocabulary: 5, embedding: 4, hidden: 8, layers: 1, dropout: 0 });
 * const ids = tensor([[0], [3], [1]], { dtype: "i32" }); // T = 3, B = 1
 * model.forward(ids).logits.shape; // [3, 1, 5]
 * @see Mikolov et al., "Recurrent neural network based language model", Interspeech 2010
 */
export class LanguageModel extends Module {
  static override readonly name: string = "LanguageModel";
  readonly config: LanguageModelConfig;
  readonly embedding: Embedding;
  readonly recurrent: RNN | LSTM | GRU;
  readonly dropout: Dropout;
  readonly decoder: Linear;

  /** @param options.generator draws the initial parameters and the dropout masks; without it they differ every time */
  constructor(config: LanguageModelConfig, options: { generator?: Generator } = {}) {
    super();
    const { vocabulary, embedding, hidden, layers, dropout } = config;
    checkChoice("LanguageModel", "cell", config.cell, CELLS);
    this.config = config;
    this.embedding = new Embedding(vocabulary, embedding, options);
    const Recurrent = LAYERS[config.cell];
    // Dropout between layers has no place in a single layer.
    const between = layers > 1 ? dropout : 0;
    this.recurrent = new Recurrent(embedding, hidden, { ...options, numLayers: layers, dropout: between });
    this.dropout = new Dropout(dropout, options);
    this.decoder = new Linear(hidden, vocabulary, options);
  }

  /** Scores for the token after each of `ids`, and the state to go on from; no state given means zeros. */
  forward(ids: Tensor, state?: RecurrentState): { logits: Tensor; state: RecurrentState } {
    const hidden = this.#run(this.embedding.forward(ids), state); // output (T, B, H)
    const logits = this.decoder.forward(this.dropout.forward(hidden.output));
    return { logits, state: hidden.state };
  }

  #run(x: Tensor, state: RecurrentState | undefined): { output: Tensor; state: RecurrentState } {
    const { recurrent } = this;
    if (state === undefined) return recurrent.forward(x);
    if (recurrent instanceof LSTM && "h" in state) return recurrent.forward(x, state);
    if (!(recurrent instanceof LSTM) && !("h" in state)) return recurrent.forward(x, state);
    const expected = recurrent instanceof LSTM ? "{ h, c }" : "one tensor h";
    throw new WeftError(
      `LanguageModel: the state of a ${this.config.cell} is ${expected}; pass what forward() returned.`,
    );
  }
}
