import "./methods.js";

export { type BackwardOptions, backward } from "./backward.js";
export { type GradcheckOptions, gradcheck } from "./gradcheck.js";
export { noGrad } from "./noGrad.js";
