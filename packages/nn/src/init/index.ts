export { constant, dirac, eye, ones, zeros } from "./constants.js";
export {
  type NormalOptions,
  normal,
  type TruncNormalOptions,
  truncNormal,
  type UniformOptions,
  uniform,
} from "./distributions.js";
export type { DrawOptions } from "./drawing.js";
export { type Fan, fanInOut } from "./fan.js";
export { forgetGateBias } from "./forgetGateBias.js";
export { calculateGain, type Nonlinearity } from "./gain.js";
export { type KaimingOptions, kaimingNormal, kaimingUniform } from "./kaiming.js";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.js";
export { type XavierOptions, xavierNormal, xavierUniform } from "./xavier.js";
