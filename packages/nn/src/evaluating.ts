import { checkFunction } from "@weft/tensor";
import type { Module } from "./module.js";

/**
 * Runs a body with a module in evaluation mode, and gives every module inside it the mode it had before: also one that was
 * in evaluation mode alone, and also when the body throws. A body that returns a Promise is waited for.
 *
 * @example
 * const layer = new Dropout(0.5);
 * evaluating(layer, () => layer.training); // false
 * layer.training; // true
 */
export function evaluating<T>(module: Module, body: () => T): T {
  checkFunction("evaluating", "the body", body);
  const before = module.modules().map((inner) => [inner, inner.training] as const);
  const restore = (): void => {
    for (const [inner, training] of before) inner.training = training;
  };
  let result: T;
  try {
    module.eval();
    result = body();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}
