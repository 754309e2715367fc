import "./methods.js";

export { detectAnomaly } from "./anomaly/detectAnomaly.js";
export { currentPlace, type Place, withPlace } from "./anomaly/place.js";
export { type BackwardOptions, backward } from "./backward.js";
export type { Checked, Reference } from "./check/evaluation.js";
export { type GradcheckOptions, gradcheck } from "./check/gradcheck.js";
export { gradgradcheck } from "./check/gradgradcheck.js";
export { checkpoint } from "./checkpoint.js";
export type { Each, FunctionOf, Tensors } from "./functional/deriving.js";
export { type GradOptions, grad, hvp, jvp, valueAndGrad, vjp } from "./functional/functional.js";
export { hessian, jacobian } from "./functional/jacobian.js";
export { type GradientsOf, type GradientsOptions, gradients } from "./gradients.js";
export { type Hook, type HookHandle, registerHook } from "./hooks.js";
export { noGrad } from "./noGrad.js";
export { type Tape, type TapeCall, tape } from "./tape.js";
