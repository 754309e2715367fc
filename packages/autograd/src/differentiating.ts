import { isRecording, scope, type Tensor, withRecording } from "@weft/tensor";
import { inspection } from "./anomaly/inspection.js";

type Synchronous<T> = () => T extends PromiseLike<unknown> ? never : T;

/**
 * Runs a body that computes gradients, with recording on where they shall be differentiable again. Everything that the
 * body made and does not return is freed; with recording on it belongs to the history of the gradients and stays.
 */
export function differentiating<T>(createGraph: boolean, body: () => T): T {
  const run = () => withRecording(createGraph, (() => tidy(body)) as Synchronous<T>);
  return inspection.value === undefined ? run() : inspection.value.duringWalk(run);
}

/** Frees what the body made and does not return, unless the history of a gradient may need it. */
export const tidy = <T>(body: () => T): T => (isRecording() ? body() : scope(body as Synchronous<T>));

/** A gradient that may be freed without harm to another tensor. */
export const own = (grad: Tensor): Tensor => (isRecording() ? grad : grad.detach());

/** Frees a gradient that has done its duty, unless the history of another may need it. */
export function drop(grad: Tensor): void {
  if (!isRecording()) grad.dispose();
}
