// Ambient state: who looks at the results of ops while they are made.

import type { Op, Tensor } from "../tensor.js";
import { Ambient } from "./ambient.js";

/** Is told of every op that has run, after its call was noted. */
export type Watcher = (op: Op, inputs: readonly Tensor[], outputs: readonly Tensor[]) => void;

const watcher = new Ambient<Watcher | undefined>(undefined);

/** Tells the watcher, if there is one. */
export const tellWatcher: Watcher = (op, inputs, outputs) => watcher.value?.(op, inputs, outputs);

/**
 * Runs a synchronous body and tells `watch` of every op it runs.
 *
 * @example
 * const names = [];
 * withWatcher((op) => names.push(op.name), () => sum(square(ones([2]))));
 * names; // ["square", "sum"]
 */
export const withWatcher = <T>(watch: Watcher, body: () => T): T => watcher.run(watch, body);
