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
  type Nonlinearity,
  nll,
  type RecurrentForm,
  type Reduction,
  type ReductionOptions,
  type SmoothL1Options,
  smoothL1,
} from "@weft/tensor";
export { detachState } from "./detachState.js";
export { evaluating } from "./evaluating.js";
export { Bilinear } from "./layers/bilinear.js";
export { Conv1d } from "./layers/convolution/conv1d.js";
export { Conv2d } from "./layers/convolution/conv2d.js";
export type { ConvolutionLayerOptions } from "./layers/convolution/convolution.js";
export { Dropout1d, Dropout2d } from "./layers/dropout/channelDropout.js";
export { Dropout, type DropoutOptions } from "./layers/dropout/dropout.js";
export { VariationalDropout, type VariationalDropoutOptions } from "./layers/dropout/variationalDropout.js";
export { type Runnable, WeightDrop } from "./layers/dropout/weightDrop.js";
export { Embedding, type EmbeddingLayerOptions, type PretrainedOptions } from "./layers/embedding.js";
export { Linear, type LinearOptions } from "./layers/linear.js";
export { GroupNorm, type GroupNormOptions } from "./layers/norm/groupNorm.js";
export { LayerNorm, type LayerNormLayerOptions } from "./layers/norm/layerNorm.js";
export { RMSNorm, type RmsNormLayerOptions } from "./layers/norm/rmsNorm.js";
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d } from "./layers/pooling/adaptiveAvgPool.js";
export { AvgPool1d, AvgPool2d } from "./layers/pooling/avgPool.js";
export { MaxPool1d, MaxPool2d } from "./layers/pooling/maxPool.js";
export { GRU, GRUCell } from "./layers/recurrent/gru.js";
export { LSTM, LSTMCell, type LSTMOptions, type LSTMState } from "./layers/recurrent/lstm.js";
export type { CellOptions, RecurrentOptions } from "./layers/recurrent/options.js";
export type { SequenceOptions } from "./layers/recurrent/recurrent.js";
export { RNN, RNNCell, type RNNCellOptions, type RNNOptions } from "./layers/recurrent/rnn.js";
export { Module, type RecurseOptions } from "./module.js";
export type { LoadOptions, LoadResult } from "./naming/load.js";
export { Adam, type AdamOptions } from "./optim/adam.js";
export { clipGradNorm } from "./optim/clipGradNorm.js";
export { type Count, Summary, type SummaryRow, type SummaryTensor, summary } from "./summary/summary.js";
