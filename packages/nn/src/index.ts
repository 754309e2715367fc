import "@weft/autograd";

export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type ClassOptions,
  type CrossEntropyOptions,
  crossEntropy,
  type HuberOptions,
  huber,
  type KlOptions,
  kl,
  l1,
  mse,
  nll,
  type Reduction,
  type ReductionOptions,
  type SmoothL1Options,
  smoothL1,
} from "@weft/tensor";
export { detachState } from "./detachState.js";
export type { CellOptions } from "./layers/cell.js";
export { Dropout } from "./layers/dropout.js";
export { Embedding } from "./layers/embedding.js";
export { GRU, GRUCell } from "./layers/gru.js";
export { Linear, type LinearOptions } from "./layers/linear.js";
export { LSTM, LSTMCell, type LSTMState } from "./layers/lstm.js";
export type { RecurrentOptions } from "./layers/recurrent.js";
export { RNN, RNNCell } from "./layers/rnn.js";
export { Module } from "./module.js";
export { Adam, type AdamOptions } from "./optim/adam.js";
export { clipGradNorm } from "./optim/clipGradNorm.js";
