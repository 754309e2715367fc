import "./methods.js";

export { backward, type BackwardOptions } from "./backward.js";
export { gradcheck, type GradcheckOptions } from "./gradcheck.js";
export { noGrad } from "./noGrad.js";
