// What the forwards of a model return, for a summary.
import { noGrad } from "@weft/autograd";
import { type Draws, scope, Tensor, withDraws, zeros } from "@weft/tensor";
import { evaluating } from "../evaluating.js";
import type { Module } from "../module.js";
import { withWitness } from "../running.js";
import { noteFields } from "./fields.js";

/**
 * Runs a model once and notes what each forward returned, as text. It runs in evaluation mode and without gradients; what it
 * makes is freed, and fields and the generators it draws from are set back.
 *
 * @throws TypeError when the model has no forward that is synchronous
 */
export function outputsOf(model: Module, inputs: readonly unknown[]): Map<object, string[]> {
  const name = model.constructor.name;
  const forward: unknown = (model as { forward?: unknown }).forward;
  if (typeof forward !== "function") {
    throw new TypeError(`summary: ${name} has no method forward; leave the inputs out.`);
  }
  const setFieldsBack = noteFields(model);
  const outputs = new Map<object, string[]>();
  const draws: Draws = new Map();
  const note = (module: object, result: unknown): void => {
    outputs.set(module, [...(outputs.get(module) ?? []), describe(result)]);
  };
  const run = (): void => {
    const result: unknown = forward.apply(model, inputs.map(inputOf));
    if (!(result instanceof Promise)) return;
    result.catch(() => {}); // it runs on without its tensors
    throw new TypeError(`summary: forward of ${name} returns a Promise; leave the inputs out.`);
  };
  try {
    scope(() => noGrad(() => evaluating(model, () => withDraws(draws, () => withWitness(note, run)))));
  } finally {
    setFieldsBack();
    for (const [generator, state] of draws) generator.state = state;
  }
  return outputs;
}

/** A list of numbers is a shape; everything else is passed as it is. */
const inputOf = (input: unknown): unknown =>
  Array.isArray(input) && input.every((length) => typeof length === "number") ? zeros(input) : input;

export const show = (shape: readonly number[]): string => `(${shape.join(", ")})`;

/** The shape of a result; of several tensors that of the first. */
function describe(result: unknown): string {
  const [first, second] = tensorsIn(result, new Set());
  if (first === undefined) return "no tensor";
  return second === undefined ? show(first.shape) : `${show(first.shape)}, …`;
}

function* tensorsIn(value: unknown, seen: Set<object>): Generator<Tensor> {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Tensor) yield value;
  else if (!ArrayBuffer.isView(value)) for (const part of Object.values(value)) yield* tensorsIn(part, seen);
}
