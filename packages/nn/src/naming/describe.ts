import { Tensor } from "@weft/tensor";
import { isModule } from "./walk.js";

/** What was given in the place of something else, in a few words for a message: a model, say, by the name of its class. */
export function described(given: unknown): string {
  if (typeof given === "function") return isClass(given) ? `the class ${given.name}` : "a function";
  if (given instanceof Tensor || typeof given !== "object" || given === null) {
    return typeof given === "string" ? JSON.stringify(given) : String(given);
  }
  if (Array.isArray(given)) return "an array";
  return `${isModule(given) ? "the module" : "an object of class"} ${given.constructor?.name}`;
}

/** Whether it was written as a class, which must be called with new. */
const isClass = (given: object): boolean => String(given).startsWith("class");
