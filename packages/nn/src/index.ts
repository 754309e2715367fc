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
export { Identity } from "./activations/identity.js";
export { ELU, GELU, LeakyReLU, ReLU, SiLU, Softplus } from "./activations/rectifiers.js";
export { LogSoftmax, Softmax } from "./activations/softmax.js";
export { LogSigmoid, Sigmoid, Tanh } from "./activations/squashing.js";
export { detachState, disposeState } from "./carriedState.js";
export { ModuleDict } from "./containers/moduleDict.js";
export { ModuleList } from "./containers/moduleList.js";
export { type Layer, Sequential } from "./containers/sequential.js";
export { evaluating } from "./evaluating.js";
export { FileError } from "./files/fileError.js";
export { jsonStructureFault } from "./files/jsonStructure.js";
export { type Numbers, numbersOf } from "./files/numbers.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Metadata,
  type Safetensors,
} from "./files/safetensors.js";
export {
  fromSafetensors,
  type LoadedTensors,
  type RestoreOptions,
  restoreTensors,
  storeTensors,
  toSafetensors,
} from "./files/stateDict.js";
export type { StoredDType, StoredTensor } from "./files/stored.js";
export * as init from "./init/index.js";
export { Bilinear } from "./layers/bilinear.js";
export { Conv1d } from "./layers/convolution/conv1d.js";
export { Conv2d } from "./layers/convolution/conv2d.js";
export type { ConvolutionLayerOptions } from "./layers/convolution/convolution.js";
export { Dropout1d, Dropout2d } from "./layers/dropout/channelDropout.js";
export { Dropout, type DropoutOptions } from "./layers/dropout/dropout.js";
export { VariationalDropout, type VariationalDropoutOptions } from "./layers/dropout/variationalDropout.js";
export { type Runnable, WeightDrop } from "./layers/dropout/weightDrop.js";
export { Embedding, type EmbeddingLayerOptions, type PretrainedOptions } from "./layers/embedding.js";
export { Flatten, Unflatten } from "./layers/flatten.js";
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
export { CrossEntropyLoss, NLLLoss } from "./losses/classes.js";
export { HuberLoss, L1Loss, MSELoss, SmoothL1Loss } from "./losses/distance.js";
export { BCELoss, BCEWithLogitsLoss, KLDivLoss } from "./losses/probabilities.js";
export { Module, type RecurseOptions } from "./module.js";
export type { LoadOptions, LoadResult } from "./naming/load.js";
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
export { checkChoice, checkNumber, checkWhole } from "./optionChecks.js";
export { ChainedLR } from "./schedule/chainedLR.js";
export { ConstantLR, type ConstantLROptions } from "./schedule/rates/constantLR.js";
export { CosineAnnealingLR, type CosineAnnealingLROptions } from "./schedule/rates/cosineAnnealingLR.js";
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from "./schedule/rates/cosineAnnealingWarmRestarts.js";
export { ExponentialLR } from "./schedule/rates/exponentialLR.js";
export { LambdaLR } from "./schedule/rates/lambdaLR.js";
export { LinearLR, type LinearLROptions } from "./schedule/rates/linearLR.js";
export { MultiStepLR, type MultiStepLROptions } from "./schedule/rates/multiStepLR.js";
export { OneCycleLR, type OneCycleLROptions } from "./schedule/rates/oneCycleLR.js";
export { PolynomialLR, type PolynomialLROptions } from "./schedule/rates/polynomialLR.js";
export { StepLR, type StepLROptions } from "./schedule/rates/stepLR.js";
export {
  type PlateauState,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from "./schedule/reduceLROnPlateau.js";
export type { Schedule } from "./schedule/schedule.js";
export type { ScheduledGroup, ScheduledOptimizer } from "./schedule/scheduled.js";
export { Scheduler, type SchedulerState } from "./schedule/scheduler.js";
export { SequentialLR } from "./schedule/sequentialLR.js";
export { type Count, Summary, type SummaryRow, type SummaryTensor, summary } from "./summary/summary.js";
