import "./methods.js";

export { Ambient } from "./ambient/ambient.js";
export { type Draws, type GeneratorState, redraw, withDraws } from "./ambient/draws.js";
export { isRecording, withRecording } from "./ambient/recording.js";
export { keep, keepWith, scope } from "./ambient/scope.js";
export { type Watcher, withWatcher } from "./ambient/watching.js";
export { assign } from "./assign.js";
export { apply, nextOrder } from "./calls/apply.js";
export type { Backward } from "./calls/gradientRule.js";
export { checkFunction, checkOptions } from "./checks/checkArguments.js";
export { checkTensor } from "./checks/checkTensor.js";
export {
  type CreateOptions,
  full,
  fullLike,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from "./create.js";
export { bytesPerElement, type DType, type NumberArray } from "./dtype.js";
export { DeviceError, DisposedError, DTypeError, ShapeError, WeftError } from "./errors.js";
export { Generator } from "./generator.js";
export { Device, type Memory, type MemoryWithLines } from "./gpu/device.js";
export type { AdapterInfo } from "./gpu/info.js";
export type { MemoryLine } from "./gpu/memory/makers.js";
export { callerLine } from "./gpu/memory/makers.js";
export { currentDevice, memory, type OpenOptions, open } from "./gpu/open.js";
export { packStructs, type StructOf } from "./gpu/structs.js";
export { fromHalf, toHalf } from "./half.js";
export { type LaunchOptions, launch, strided } from "./launch.js";
export { moveInto } from "./moveInto.js";
export {
  ANY,
  type Attributes,
  defineMultiOp,
  defineOp,
  defineView,
  FLOAT,
  INDEX,
  type MultiOpDefinition,
  NUMBER,
  type OpDefinition,
  type ViewDefinition,
} from "./op.js";
export { type AvgPoolOptions, avgPool1d, avgPool2d } from "./ops/convolution/averagePool.js";
export { type ConvolutionOptions, conv1d, conv2d } from "./ops/convolution/convolution.js";
export { type MaxPoolOptions, maxPool1d, maxPool2d } from "./ops/convolution/maxPool.js";
export {
  elu,
  erf,
  erfinv,
  type GeluOptions,
  gelu,
  leakyRelu,
  logSigmoid,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from "./ops/elementwise/activation.js";
export {
  abs,
  add,
  clamp,
  type DivOptions,
  div,
  fmod,
  maximum,
  minimum,
  mul,
  neg,
  remainder,
  sign,
  sub,
} from "./ops/elementwise/arithmetic.js";
export type { BinaryOp, Operand } from "./ops/elementwise/binary.js";
export {
  bitwiseAnd,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
} from "./ops/elementwise/bitwise.js";
export { addcdiv, addcmul, type BlendOptions, lerp } from "./ops/elementwise/blend.js";
export { cast } from "./ops/elementwise/cast.js";
export {
  eq,
  ge,
  gt,
  isFinite,
  isNaN,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
} from "./ops/elementwise/compare.js";
export {
  exp,
  expm1,
  log,
  log1p,
  log2,
  pow,
  reciprocal,
  rsqrt,
  sqrt,
  square,
} from "./ops/elementwise/powers.js";
export { ceil, floor, round, trunc } from "./ops/elementwise/rounding.js";
export { acos, asin, atan, atan2, cos, cosh, sin, sinh, tan } from "./ops/elementwise/trigonometry.js";
export { maskedFill, where } from "./ops/elementwise/where.js";
export { type EmbeddingOptions, embedding } from "./ops/index/embedding.js";
export { gather, scatterAdd, takeAlongAxis } from "./ops/index/gather.js";
export { indexAdd, indexSelect } from "./ops/index/indexSelect.js";
export { maskedSelect, nonzero } from "./ops/index/masked.js";
export { type OneHotOptions, oneHot } from "./ops/index/oneHot.js";
export { scatter } from "./ops/index/scatter.js";
export { type SearchSortedOptions, searchSorted } from "./ops/index/searchSorted.js";
export { argsort, type Sorted, type SortOptions, sort, type TopKOptions, topK } from "./ops/index/sort.js";
export { type DiagonalOptions, diagonal } from "./ops/layout/diagonal.js";
export { flip } from "./ops/layout/flip.js";
export {
  clone,
  contiguous,
  expand,
  flatten,
  permute,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
} from "./ops/layout/layout.js";
export { type PadOptions, pad } from "./ops/layout/pad.js";
export { cat, narrow, select, slice, stack } from "./ops/layout/parts.js";
export { repeat, roll, tile } from "./ops/layout/repeat.js";
export { chunk, split, unbind } from "./ops/layout/split.js";
export { type TriangleOptions, tril, triu } from "./ops/layout/triangle.js";
export { type UnfoldOptions, unfold } from "./ops/layout/unfold.js";
export { einsum } from "./ops/linear/einsum.js";
export { addmm, linear } from "./ops/linear/linear.js";
export { matmul } from "./ops/linear/matmul.js";
export { dot, outer } from "./ops/linear/products.js";
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from "./ops/network/binaryCrossEntropy.js";
export type { ClassOptions } from "./ops/network/classes.js";
export { type CrossEntropyOptions, crossEntropy } from "./ops/network/crossEntropy.js";
export {
  type HuberOptions,
  huber,
  l1,
  mse,
  type SmoothL1Options,
  smoothL1,
} from "./ops/network/distance.js";
export { type KlOptions, kl } from "./ops/network/kl.js";
export { nll } from "./ops/network/nll.js";
export {
  type LayerNormOptions,
  layerNorm,
  type RmsNormOptions,
  rmsNorm,
} from "./ops/network/normalization.js";
export type { Reduction, ReductionOptions } from "./ops/network/reduction.js";
export { logSoftmax, softmax } from "./ops/network/softmax.js";
export { bernoulli, randperm } from "./ops/random/choices.js";
export { normal, type RandomOptions, rand, randint, randn, uniform } from "./ops/random/distributions.js";
export { dropout } from "./ops/random/dropout.js";
export { type MultinomialOptions, multinomial } from "./ops/random/multinomial.js";
export { gruCell, lstmCell } from "./ops/recurrent/cells.js";
export type { RecurrentSize } from "./ops/recurrent/forms.js";
export { gru } from "./ops/recurrent/gru.js";
export { type LSTMWeights, lstm } from "./ops/recurrent/lstm.js";
export { type Nonlinearity, rnn } from "./ops/recurrent/rnn.js";
export type { RecurrenceOptions, RecurrentForm, RecurrentWeights } from "./ops/recurrent/rule.js";
export { type RecurrentTiming, tuneRecurrent } from "./ops/recurrent/tune.js";
export type { ReduceOptions } from "./ops/reduce/axes.js";
export { type CumulativeOptions, cumprod, cumsum } from "./ops/reduce/cumulative.js";
export { type ArgOptions, argmax, argmin, max, min } from "./ops/reduce/extremes.js";
export { all, any } from "./ops/reduce/logic.js";
export { logSumExp } from "./ops/reduce/logSumExp.js";
export { type NormOptions, norm } from "./ops/reduce/norm.js";
export { prod } from "./ops/reduce/product.js";
export { std, type VarianceOptions, variance } from "./ops/reduce/spread.js";
export { mean, sum } from "./ops/reduce/sum.js";
export { arange, eye, linspace } from "./sequences.js";
export type { Shape } from "./shape.js";
export * from "./tensor.js";
