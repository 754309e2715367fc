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
export { Dropout } from "./layers/dropout.js";
export { Embedding } from "./layers/embedding.js";
export { Linear, type LinearOptions } from "./layers/linear.js";
export { GRU, GRUCell } from "./layers/recurrent/gru.js";
export { LSTM, LSTMCell, type LSTMOptions, type LSTMState } from "./layers/recurrent/lstm.js";
export type {
  CellOptions,
  Nonlinearity,
  RecurrentForm,
  RecurrentOptions,
} from "./layers/recurrent/options.js";
export type { SequenceOptions } from "./layers/recurrent/recurrent.js";
export { RNN, RNNCell, type RNNCellOptions, type RNNOptions } from "./layers/recurrent/rnn.js";
export { Module } from "./module.js";
export {
  ExponentialMovingAverage,
  type ExponentialMovingAverageOptions,
} from "./optim/averaging/exponentialMovingAverage.js";
export {
  NonMonotonicAveraging,
  type NonMonotonicAveragingOptions,
} from "./optim/averaging/nonMonotonicAveraging.js";
export { clipGradNorm } from "./optim/clip/clipGradNorm.js";
export { clipGradValue } from "./optim/clip/clipGradValue.js";
export { Adagrad, type AdagradGroup, type AdagradOptions } from "./optim/families/adagrad.js";
export { Adam, type AdamGroup, type AdamOptions } from "./optim/families/adam.js";
export { AdamW } from "./optim/families/adamW.js";
export { Lion, type LionGroup, type LionOptions } from "./optim/families/lion.js";
export { NAdam, type NAdamGroup, type NAdamOptions } from "./optim/families/nadam.js";
export { RMSprop, type RMSpropGroup, type RMSpropOptions } from "./optim/families/rmsprop.js";
export { SGD, type SGDGroup, type SGDOptions } from "./optim/families/sgd.js";
export type { ClipOptions, Group, GroupOptions, OptionsOf, ParametersOrGroups } from "./optim/groups.js";
export { Optimizer } from "./optim/optimizer.js";
export type { OptimizerState } from "./optim/state.js";
