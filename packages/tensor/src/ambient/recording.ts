// One of the two pieces of ambient state (the other is scope.ts): whether calls are noted for gradients.
import { checkFunction } from "../checks/checkArguments.js";
import { WeftError } from "../errors.js";
import { isPromise } from "./scope.js";

let on = true;

/**
 * Whether ops note the calls that made their outputs.
 *
 * @example
 * isRecording(); // true
 */
export const isRecording = (): boolean => on;

/**
 * Runs a synchronous body with recording switched on or off, and restores what was before.
 *
 * @example
 * withRecording(false, () => isRecording()); // false
 */
export function withRecording<T>(record: boolean, body: () => T extends PromiseLike<unknown> ? never : T): T {
  checkFunction("noGrad", "the body", body);
  const before = on;
  on = record;
  try {
    const result = body();
    if (isPromise(result)) {
      result.then(undefined, () => {});
      throw new WeftError(
        "noGrad: the body returned a Promise; await outside, and keep the body synchronous.",
      );
    }
    return result;
  } finally {
    on = before;
  }
}
