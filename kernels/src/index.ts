export type { Binding, Kernel, Knobs, Param, ParamType } from "./kernel.js";
export { parseKernel, specialise } from "./kernel.js";
export * as kernels from "./kernels.js";
