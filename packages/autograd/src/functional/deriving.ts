// What the derivatives of functions share: stand-ins for the inputs, and how far the results can be differentiated.
import {
  checkFunction,
  DTypeError,
  isRecording,
  nextOrder,
  reshape,
  ShapeError,
  scope,
  Tensor,
  unsqueeze,
  withRecording,
  zeros,
} from "@weft/tensor";
import { callsBehind, madeBefore } from "../calls.js";
import { gradients } from "../gradients.js";
import { listOf } from "../tensorList.js";

/** One tensor, or several. */
export type Tensors = Tensor | readonly Tensor[];

/** A function of these inputs: several come to it as several arguments. */
export type FunctionOf<I extends Tensors, O extends Tensors = Tensor> = (
  ...inputs: I extends readonly Tensor[] ? I : readonly [I & Tensor]
) => O;

/** `T` for one tensor; for several, as many `T`. */
export type Each<I extends Tensors, T = Tensor> = I extends readonly Tensor[]
  ? { readonly [K in keyof I]: T }
  : T;

/** The items as one, or as several, like the given tensors. */
export const like = <I extends Tensors, T>(given: I, items: readonly T[]): Each<I, T> =>
  (given instanceof Tensor ? items[0] : items) as Each<I, T>;

/** A function that has been run, ready to be differentiated. */
export interface Derived<O extends Tensors> {
  /** What f was given in place of the inputs. */
  readonly inputs: readonly Tensor[];
  readonly value: O;
  readonly outputs: readonly Tensor[];
  /** Whether the derivatives may be differentiated once more. */
  readonly createGraph: boolean;
}

/**
 * Runs f on stand-ins for the inputs with recording on, and hands what it computed to `use`. The result of `use` has a
 * history where somebody outside may differentiate it: where recording is on, and an input, or a tensor that f caught,
 * requires a gradient. Everything else is freed.
 */
export function deriving<O extends Tensors, R>(
  who: string,
  f: (...inputs: never) => O,
  given: readonly Tensor[],
  use: (derived: Derived<O>) => R,
): R {
  checkFunction(who, "f", f);
  checkInputs(who, given);
  const record = isRecording();
  const isNested = record && given.some(({ requiresGrad }) => requiresGrad);
  const body = () => {
    const inputs = given.map((x) => (isNested && x.requiresGrad ? alias(x) : leafOf(x)));
    const leaves = inputs.filter(({ call }) => call === undefined);
    const since = nextOrder();
    const [value] = withRecording(true, () => [(f as (...inputs: Tensor[]) => O)(...inputs)]);
    checkOutputs(who, value);
    const outputs = listOf(value);
    const caught = () => [...madeBefore(since, callsBehind(who, outputs, { since })), ...outputs];
    const createGraph =
      isNested || (record && caught().some((x) => x.requiresGrad && isFrom(since, x) && !inputs.includes(x)));
    const result = withRecording(createGraph, () => [use({ inputs, value, outputs, createGraph })]);
    for (const leaf of leaves) leaf.requiresGrad = false; // nobody will ask for their gradients again
    return createGraph ? [...result, historyOf(who, result, since)] : result;
  };
  return (isNested ? body() : scope(body))[0] as R;
}

const isFrom = (since: number, { call }: Tensor): boolean => call === undefined || call.order < since;

const leafOf = (x: Tensor): Tensor => {
  const leaf = x.detach();
  leaf.requiresGrad = true;
  return leaf;
};

/** Another tensor of the same values, through which gradients flow to x. */
const alias = (x: Tensor): Tensor => reshape(unsqueeze(x, 0), x.shape);

/** All tensors that the history of results since a moment consists of. */
function historyOf(who: string, result: unknown, since: number): Tensor[] {
  const tensors = [result].flat(Number.POSITIVE_INFINITY).filter((x) => x instanceof Tensor);
  const calls = [...callsBehind(who, tensors, { since })];
  return calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
}

/** Gradients with respect to inputs; zeros for one that no output depends on. */
export function gradientsOrZeros(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: { readonly createGraph: boolean; readonly gradOutputs?: readonly Tensor[] },
): Tensor[] {
  const used = outputs.map(({ requiresGrad }) => requiresGrad);
  const pick = (tensors: readonly Tensor[]) => tensors.filter((_, i) => used[i]);
  const { gradOutputs, createGraph } = options;
  const found: readonly (Tensor | undefined)[] = used.includes(true)
    ? gradients(pick(outputs), inputs, {
        ...(gradOutputs && { gradOutputs: pick(gradOutputs) }),
        ...{ createGraph, retainGraph: true, allowUnused: true },
      })
    : [];
  return inputs.map((x, i) => found[i] ?? zeros(x.shape, { dtype: x.dtype, device: x.device }));
}

/** A result as it may leave: without a history that nobody asked for. */
export const released = <O extends Tensors>({ value, createGraph }: Derived<O>): O =>
  (createGraph
    ? value
    : like(
        value,
        listOf(value).map((x) => x.detach()),
      )) as O;

function checkInputs(who: string, inputs: readonly Tensor[]): void {
  for (const [i, { dtype }] of inputs.entries()) {
    if (dtype.startsWith("f")) continue;
    throw new DTypeError(
      `${who}: input ${i + 1} is ${dtype}, which has no derivative; cast() it, or let the function catch it.`,
    );
  }
}

function checkOutputs(who: string, value: unknown): void {
  const isTensors = [value].flat().every((x) => x instanceof Tensor);
  if (isTensors) return;
  const what =
    typeof (value as { then?: unknown } | undefined)?.then === "function" ? "a Promise" : String(value);
  throw new TypeError(`${who}: the function returned ${what}; return a tensor, or an array of tensors.`);
}

/** Refuses factors of another number or shape than the tensors they belong to. */
export function checkFactors(
  who: string,
  which: string,
  factors: readonly Tensor[],
  tensors: readonly Tensor[],
): void {
  const show = (all: readonly Tensor[]) => all.map(({ shape }) => `(${shape.join(", ")})`).join(", ");
  if (show(factors) === show(tensors)) return;
  throw new ShapeError(
    `${who}: v is ${show(factors)}, expected ${show(tensors)}, the shapes of the ${which}.`,
  );
}

/** Refuses anything but one number. */
export function checkScalar(who: string, outputs: readonly Tensor[], cure: string): void {
  const [first] = outputs;
  if (outputs.length === 1 && first?.size === 1) return;
  const shapes = outputs.map(({ shape }) => `(${shape.join(", ")})`).join(", ");
  throw new ShapeError(`${who}: the function must return one number, got ${shapes || "none"}; ${cure}.`);
}
