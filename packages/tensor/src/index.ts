import "./methods.js";

export { Ambient } from "./ambient.js";
export { assign } from "./assign.js";
export { arange, type CreateOptions, full, ones, tensor, zeros } from "./create.js";
export { type Draws, type GeneratorState, redraw, withDraws } from "./draws.js";
export type { DType, NumberArray } from "./dtype.js";
export { DeviceError, DisposedError, DTypeError, ShapeError, WeftError } from "./errors.js";
export { Generator } from "./generator.js";
export { Device, type Memory } from "./gpu/device.js";
export type { AdapterInfo } from "./gpu/info.js";
export { memory, type OpenOptions, open } from "./gpu/open.js";
export { type LaunchOptions, launch, strided } from "./launch.js";
export {
  ANY,
  apply,
  type Backward,
  defineMultiOp,
  defineOp,
  defineView,
  FLOAT,
  INTEGER,
  type MultiOpDefinition,
  nextOrder,
  type OpDefinition,
  type ViewDefinition,
} from "./op.js";
export { add, div, maximum, minimum, mul, type Operand, sub } from "./ops/binary.js";
export { cast } from "./ops/cast.js";
export { type CrossEntropyOptions, crossEntropy } from "./ops/crossEntropy.js";
export { embedding } from "./ops/embedding.js";
export { contiguous, expand, permute, reshape, squeeze, transpose, unsqueeze } from "./ops/layout.js";
export { addmm, linear, matmul } from "./ops/matmul.js";
export { cat, select, slice, stack, unbind } from "./ops/parts.js";
export { dropout, normal, uniform } from "./ops/random.js";
export { gruCell, lstmCell } from "./ops/recurrent.js";
export { max, mean, type ReduceOptions, sum } from "./ops/reduce.js";
export { logSoftmax, softmax } from "./ops/softmax.js";
export { abs, exp, log, neg, relu, sigmoid, sign, sqrt, square, tanh } from "./ops/unary.js";
export { isRecording, withRecording } from "./recording.js";
export { keep, scope } from "./scope.js";
export type { Shape } from "./shape.js";
export * from "./tensor.js";
export { type Watcher, withWatcher } from "./watching.js";
