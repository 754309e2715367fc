// The one door: every op is defined here and runs through apply().

import { apply } from "./calls/apply.js";
import { Arrived, type Backward } from "./calls/gradientRule.js";
import { checkOptions } from "./checks/checkArguments.js";
import { checkTensor } from "./checks/checkTensor.js";
import { DTYPES, type DType } from "./dtype.js";
import { DeviceError, DTypeError } from "./errors.js";
import { empty } from "./launch.js";
import { at, checkShape, type Shape } from "./shape.js";
import type { Call, Layout, Op, Tensor } from "./tensor.js";

/** What an op accepts as an input: floats, numbers, the dtype of indices, anything. */
export const FLOAT: readonly DType[] = ["f32", "f16"];
export const NUMBER: readonly DType[] = ["f32", "f16", "i32", "u32"];
export const INDEX: readonly DType[] = ["i32"];
export const ANY: readonly DType[] = DTYPES;
/** Of kernels that know no other dtype. */
export const F32: readonly DType[] = ["f32"];

/** What an op is told beside its inputs: an object by its literal, which is told apart from all that may be meant as an input. */
export type Attributes = (object & { readonly [Symbol.iterator]?: never }) | undefined;

/** What all kinds of op share. `I` is the tuple of input tensors, `A` the attributes, such as an axis. */
interface Common<I extends readonly Tensor[], A> {
  readonly backward?: Backward<I, A>;
  /**
   * The same outputs, or the first of them, composed of other ops. Where gradients shall be differentiable again, they
   * are those of this composition, and `backward` may then launch kernels instead of ops.
   */
  readonly composed?: (inputs: I, attributes: A) => readonly Tensor[];
  readonly name: string;
  /** The dtypes each input may have; the last entry holds for all further inputs. Without it, all are f32 or f16. */
  readonly accepts?: readonly (readonly DType[])[];
  /**
   * The inputs, by number, whose elements the gradient rule reads, where these are not all of them: the others, and the
   * outputs, may then be changed in place before `backward()`.
   */
  readonly reads?: readonly number[];
}

export interface OpDefinition<I extends readonly Tensor[], A> extends Common<I, A> {
  /** The output's shape; throws a ShapeError when the inputs do not fit. */
  shape(inputs: I, attributes: A): Shape;
  /** The output's dtype; without it, that of the first input. */
  dtype?(inputs: I, attributes: A): DType;
  /** Encodes the kernels that fill `output`. */
  forward(call: { readonly inputs: I; readonly output: Tensor; readonly attributes: A }): void;
}

export interface MultiOpDefinition<I extends readonly Tensor[], A> extends Common<I, A> {
  shapes(inputs: I, attributes: A): readonly Shape[];
  forward(call: { readonly inputs: I; readonly outputs: readonly Tensor[]; readonly attributes: A }): void;
}

export interface ViewDefinition<I extends readonly Tensor[], A> extends Common<I, A> {
  /** How each output lies in the storage of the first input. */
  layouts(input: Tensor, attributes: A): readonly Layout[];
}

const COMMON = ["name", "accepts", "reads", "backward", "composed"];

/** Refuses a definition that is none, or has what no definition has: a rule by another name would never be called. */
function checkDefinition(kind: string, definition: { readonly name: string }, own: readonly string[]): void {
  checkOptions(definition?.name === undefined ? kind : `${kind}: ${definition.name}`, definition, [
    ...COMMON,
    ...own,
  ]);
}

/** The arguments of an op: its inputs, then its attributes if it has any. */
type Arguments<I extends readonly Tensor[], A> = [A] extends [undefined] ? [...I] : [...I, A];

/**
 * Makes an op that computes one tensor. This is how every op of Weft is made, and how you make your own.
 *
 * @throws TypeError when the definition has a key that no definition has
 * @example
 * const wgsl = [
 *   `struct Params { size: u32 }`,
 *   `override WORKGROUP: u32 = 64;`,
 *   `@group(0) @binding(0) var<uniform> params: Params;`,
 *   `@group(0) @binding(1) var<storage, read> x: array<f32>;`,
 *   `@group(0) @binding(2) var<storage, read_write> out: array<f32>;`,
 *   `@compute @workgroup_size(WORKGROUP)`,
 *   `fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>,`,
 *   `        @builtin(local_invocation_index) local: u32) {`,
 *   `  // Large tensors take several rows of workgroups.`,
 *   `  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;`,
 *   `  if (i < params.size) { out[i] = x[i] * x[i] * x[i]; }`,
 *   `}`,
 * ];
 * const kernel = parseKernel("cube", wgsl.join("\n"));
 * const cube = defineOp<[x: Tensor]>({
 *   name: "cube",
 *   shape: ([x]) => x.shape,
 *   forward: ({ inputs: [x], output: out }) => launch(kernel, { x, out }, { size: x.size }, { invocations: x.size }),
 *   backward: ({ inputs: [x], grad }) => [() => mul(grad, mul(square(x), 3))],
 * });
 * await cube(tensor([1, 2])).toArray(); // [1, 8]
 */
export function defineOp<I extends readonly Tensor[] = [x: Tensor], A extends Attributes = undefined>(
  definition: OpDefinition<I, A>,
): (...args: Arguments<I, A>) => Tensor {
  checkDefinition("defineOp", definition, ["shape", "dtype", "forward"]);
  const op = makeOp<I, A>(definition, (inputs, attributes) => {
    const { device, dtype } = at(inputs, 0);
    const shape = definition.shape(inputs, attributes);
    checkShape(definition.name, shape);
    return [
      empty({ shape, dtype: definition.dtype?.(inputs, attributes) ?? dtype, device }, definition.name),
    ];
  });
  const forward: Op["forward"] = (inputs, outputs, attributes) =>
    definition.forward({ inputs: inputs as I, output: at(outputs, 0), attributes: attributes as A });
  return callable({ ...op, forward }, (outputs) => at(outputs, 0));
}

/**
 * Makes an op that computes several f32 tensors at once; `backward` gets a gradient for each in `grads`.
 *
 * @throws TypeError when the definition has a key that no definition has
 * @example
 * const zerosAndOnes = defineMultiOp<[x: Tensor]>({
 *   name: "zerosAndOnes",
 *   shapes: ([x]) => [x.shape, x.shape],
 *   forward({ outputs }) {
 *     for (const [i, out] of outputs.entries()) {
 *       const bits = i === 0 ? 0 : 0x3f800000;
 *       launch(kernels.fill, { out }, { bits, size: out.size }, { invocations: out.size });
 *     }
 *   },
 * });
 * const [, high] = zerosAndOnes(zeros([2]));
 * await high?.toArray(); // [1, 1]
 */
export function defineMultiOp<I extends readonly Tensor[], A extends Attributes = undefined>(
  definition: MultiOpDefinition<I, A>,
): (...args: Arguments<I, A>) => readonly Tensor[] {
  checkDefinition("defineMultiOp", definition, ["shapes", "forward"]);
  const op = makeOp<I, A>(definition, (inputs, attributes) => {
    const { device } = at(inputs, 0);
    const shapes = definition.shapes(inputs, attributes);
    if (!Array.isArray(shapes))
      throw new TypeError(`${definition.name}: the shapes are ${String(shapes)}; use an array of shapes.`);
    for (const shape of shapes) checkShape(definition.name, shape);
    return shapes.map((shape: Shape) => empty({ shape, dtype: "f32", device }, definition.name));
  });
  const forward: Op["forward"] = (inputs, outputs, attributes) =>
    definition.forward({ inputs: inputs as I, outputs, attributes: attributes as A });
  return callable({ ...op, forward }, (outputs) => outputs);
}

/**
 * Makes an op whose outputs share the storage of its input: nothing is computed.
 *
 * @throws TypeError when the definition has a key that no definition has
 * @example
 * const diagonal = defineView({
 *   name: "diagonal",
 *   layouts: ({ shape: [n = 0], strides: [down = 0, right = 0], offset }) => [
 *     { shape: [n], strides: [down + right], offset },
 *   ],
 * });
 * const [d] = diagonal(tensor([[1, 2], [3, 4]]), undefined);
 * await d?.toArray(); // [1, 4]
 */
export function defineView<A>(
  definition: ViewDefinition<[x: Tensor], A>,
): (x: Tensor, attributes: A) => readonly Tensor[] {
  checkDefinition("defineView", definition, ["layouts"]);
  const op = makeOp<[x: Tensor], A>({ accepts: [ANY], ...definition }, ([x], attributes) =>
    definition.layouts(x, attributes).map((layout) => {
      checkShape(definition.name, layout.shape);
      return x.view(layout);
    }),
  );
  return (x, attributes) => apply({ ...op, isView: true, forward: () => {} }, [x], attributes);
}

/** An op in the form that `apply` takes; `forward` is added by the caller. */
function makeOp<I extends readonly Tensor[], A>(
  { name, accepts = [FLOAT], reads, backward, composed }: Common<I, A>,
  outputs: (inputs: I, attributes: A) => Tensor[],
): Omit<Op, "forward"> {
  return {
    name,
    isView: false,
    ...(reads && { reads }),
    outputs(inputs, attributes) {
      checkInputs(name, inputs, accepts);
      return outputs(inputs as unknown as I, attributes as A);
    },
    backward: backward && ((call: Call, arrived) => backward(new Arrived(call, arrived))),
    composed: composed && ((inputs, attributes) => composed(inputs as unknown as I, attributes as A)),
  };
}

function callable<I extends readonly Tensor[], A, R>(op: Op, result: (outputs: readonly Tensor[]) => R) {
  return (...args: Arguments<I, A>): R => {
    const last = args[args.length - 1];
    // What stands alone, or is no plain object, was meant as an input, and is refused as one where it is none.
    const hasAttributes = args.length > 1 && isPlain(last);
    const inputs = (hasAttributes ? args.slice(0, -1) : args) as Tensor[];
    return result(apply(op, inputs, hasAttributes ? last : undefined));
  };
}

const isPlain = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Refuses inputs of the wrong dtype, on different devices, freed, or of too many axes. */
export function checkInputs(
  op: string,
  inputs: readonly Tensor[],
  accepts: readonly (readonly DType[])[],
): void {
  inputs.forEach((input, i) => {
    checkTensor(op, input, `input ${i + 1}`);
    const allowed = accepts[Math.min(i, accepts.length - 1)] ?? ANY;
    if (!allowed.includes(input.dtype)) {
      const which = inputs.length === 1 ? "the input" : `input ${i + 1}`;
      throw new DTypeError(
        `${op}: ${which} is ${input.dtype}, expected ${allowed.join(" or ")}; use cast().`,
      );
    }
    if (input.device !== inputs[0]?.device) {
      throw new DeviceError(`${op}: the inputs live on different devices; make them on one.`);
    }
    void input.storage; // throws when the tensor was freed
    checkShape(op, input.shape);
  });
}
