// What the recurrent layers check, whichever kind they are, and the choice between loop and kernels.

import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { at, type Shape, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { fitsKernels } from "./fit.js";
import { formFor } from "./forms.js";
import { loop } from "./loop.js";
import type { RecurrenceOptions, RecurrentForm, RecurrentRule, RecurrentWeights } from "./rule.js";
import { sequenceOp } from "./sequence.js";

/** A layer's output at all times, (T, B, h's features), and the parts of its final state, (B, …) each. */
export interface RecurrentRun {
  readonly output: Tensor;
  readonly state: readonly Tensor[];
}

/** Options of all kinds, and what only the LSTM has. */
type Options = RecurrenceOptions & { readonly weightHr?: Tensor | undefined };

const FORMS: readonly RecurrentForm[] = ["auto", "loop", "step", "sequence"];

/** Makes the function of one kind of layer. */
export function recurrentLayer(rule: RecurrentRule) {
  const sequence = sequenceOp(rule);
  return (
    x: Tensor,
    weights: RecurrentWeights,
    state: readonly Tensor[] | undefined,
    { lengths, reverse = false, form = "auto", weightHr }: Options,
  ): RecurrentRun => {
    checkTensors(rule, x, { ...weights, weightHr }, state);
    checkLayer(rule, x, weights, weightHr);
    const [T, B] = [at(x.shape, 0), at(x.shape, 1)];
    const H = at(weights.weightIh.shape, 0) / rule.gates;
    checkState(rule, state, B, [at(weights.weightHh.shape, 1), H]);
    checkLengths(rule.name, lengths, B);
    if (!FORMS.includes(form)) {
      throw new RangeError(
        `${rule.name}: form is ${JSON.stringify(form)}; use ${FORMS.map((f) => `"${f}"`).join(", ")}.`,
      );
    }
    const size = { T, B, H };
    const isTooLarge = form === "auto" && !fitsKernels(rule, size, x.device);
    // A projection stands between h and the next step: a second product, which the kernels do not have.
    if (form === "loop" || weightHr !== undefined || isTooLarge)
      return loop(rule, x, weights, state, { lengths, reverse, weightHr });
    const chosen = form === "auto" ? formFor(x.device, rule.name, size) : form;
    return sequence(x, weights, state, { lengths, reverse, form: chosen });
  };
}

/** Refuses options that are none. */
export const checkRecurrentOptions = (
  name: string,
  options: RecurrenceOptions,
  own: readonly string[] = [],
): void => checkOptions(name, options, ["lengths", "reverse", "form", ...own]);

/** Refuses what is no tensor of f32, in all forms alike. */
function checkTensors(
  { name, parts }: RecurrentRule,
  x: Tensor,
  weights: RecurrentWeights & Pick<Options, "weightHr">,
  state: readonly Tensor[] | undefined,
): void {
  const { weightIh, weightHh, ...optional } = weights;
  const given = Object.entries(optional).filter(([, tensor]) => tensor !== undefined);
  const tensors: [what: string, tensor: unknown][] = [
    ["x", x],
    ["weightIh", weightIh],
    ["weightHh", weightHh],
    ...given,
    ...(state ?? []).map((part, i): [string, unknown] => [at(parts, i), part]),
  ];
  for (const [what, tensor] of tensors) {
    checkTensor(name, tensor, what);
    if (tensor.dtype === "f32") continue;
    throw new DTypeError(`${name}: ${what} is ${tensor.dtype}, and the layer computes in f32; use cast().`);
  }
}

function checkLayer(
  { name, gates }: RecurrentRule,
  x: Tensor,
  { weightIh, weightHh, biasIh, biasHh }: RecurrentWeights,
  weightHr: Tensor | undefined,
): void {
  const [rows = 0, inputs = 0] = weightIh.shape;
  if (weightIh.rank !== 2 || rows === 0 || rows % gates !== 0) {
    throw new ShapeError(`${name}: weightIh must be (${gates} · H, C), got ${show(weightIh.shape)}.`);
  }
  if (x.rank !== 3 || x.shape[2] !== inputs || x.shape[0] === 0) {
    throw new ShapeError(`${name}: x must be (T, B, ${inputs}) with T ≥ 1, got ${show(x.shape)}.`);
  }
  const H = rows / gates;
  const P = weightHr === undefined ? H : at(weightHr.shape, 0);
  const expected: [what: string, tensor: Tensor | undefined, shape: Shape][] = [
    ["weightHh", weightHh, [rows, P]],
    ["biasIh", biasIh, [rows]],
    ["biasHh", biasHh, [rows]],
    ["weightHr", weightHr, [P, H]],
  ];
  for (const [what, tensor, shape] of expected) {
    if (tensor === undefined || sameShape(tensor.shape, shape)) continue;
    throw new ShapeError(
      `${name}: ${what} must be ${show(shape)} for weightIh ${show(weightIh.shape)}, got ${show(tensor.shape)}.`,
    );
  }
  if ((biasIh === undefined) !== (biasHh === undefined)) {
    throw new ShapeError(`${name}: biasIh and biasHh go together; give both or none.`);
  }
}

function checkState(
  { name, parts }: RecurrentRule,
  state: readonly Tensor[] | undefined,
  B: number,
  features: readonly number[],
): void {
  for (const [i, part] of (state ?? []).entries()) {
    const expected = [B, at(features, i)];
    if (sameShape(part.shape, expected)) continue;
    throw new ShapeError(`${name}: ${at(parts, i)} must be ${show(expected)}, got ${show(part.shape)}.`);
  }
}

function checkLengths(name: string, lengths: Tensor | undefined, B: number): void {
  if (lengths === undefined) return;
  if (lengths.dtype !== "i32")
    throw new DTypeError(`${name}: lengths are ${lengths.dtype}; use dtype "i32".`);
  if (!sameShape(lengths.shape, [B])) {
    throw new ShapeError(`${name}: lengths must be (${B}), one for each row, got ${show(lengths.shape)}.`);
  }
}
