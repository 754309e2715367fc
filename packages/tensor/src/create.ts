import { kernels } from "@weft/kernels";
import { checkOptions } from "./checks/checkArguments.js";
import { checkTensor } from "./checks/checkTensor.js";
import { bitsOf, bytesPerElement, checkDType, type DType, dtypeOf, encode, isFloat } from "./dtype.js";
import { DTypeError, ShapeError } from "./errors.js";
import type { Device } from "./gpu/device.js";
import { currentDevice } from "./gpu/open.js";
import { empty, launch } from "./launch.js";
import { checkShape, type Shape, show, sizeOf } from "./shape.js";
import type { NestedArray, Tensor } from "./tensor.js";

export interface CreateOptions {
  /** f32 unless the data says otherwise. */
  readonly dtype?: DType;
  /** The device opened first, if none is given. */
  readonly device?: Device;
  /** Whether `backward()` shall leave a gradient on this tensor. */
  readonly requiresGrad?: boolean;
}

/** Refuses options that no tensor is made with; `own` are those that only `op` knows. */
export const checkCreation = (op: string, options: CreateOptions, own: readonly string[] = []): void =>
  checkOptions(op, options, ["dtype", "device", "requiresGrad", ...own]);

/** A new tensor with undefined content; `op` names who asks. */
export function create(op: string, shape: Shape, options: CreateOptions): Tensor {
  checkCreation(op, options);
  const { dtype = "f32", device = currentDevice(), requiresGrad = false } = options;
  checkShape(op, shape);
  checkDType(op, dtype);
  if (requiresGrad && !isFloat(dtype)) {
    throw new DTypeError(`${op}: a tensor of dtype ${dtype} has no gradient; use "f32" with requiresGrad.`);
  }
  const made = empty({ shape, dtype, device }, op);
  made.requiresGrad = requiresGrad;
  return made;
}

/**
 * A tensor of given values: a number or boolean, nested arrays, or a typed array with a shape. Booleans give dtype bool,
 * typed arrays of integers i32 or u32, everything else f32.
 *
 * @throws ShapeError when rows differ in length, or the data does not fill the shape
 * @throws DTypeError when a number cannot be stored in the dtype
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 * tensor(new Int32Array([1, 2]), { shape: [2, 1] }).dtype; // "i32"
 * await tensor([true, false]).toArray(); // [true, false]
 */
export function tensor(
  data: NestedArray | readonly number[] | ArrayBufferView,
  options: CreateOptions & { readonly shape?: Shape } = {},
): Tensor {
  checkCreation("tensor", options, ["shape"]);
  return upload("tensor", data, options);
}

/** `tensor()` in the name of who asks. */
export function upload(
  op: string,
  data: NestedArray | readonly number[] | ArrayBufferView,
  { shape: asked, ...options }: CreateOptions & { readonly shape?: Shape },
): Tensor {
  const isTyped = ArrayBuffer.isView(data);
  const flat = isTyped ? data : ([data] as unknown[]).flat(Number.POSITIVE_INFINITY);
  const values = flat as ArrayLike<number | boolean>;
  if (options.dtype !== undefined) checkDType(op, options.dtype);
  const dtype = options.dtype ?? (isTyped ? dtypeOf(data) : dtypeOfValues(values));
  const own = isTyped ? [values.length] : shapeOf(data as NestedArray);
  const shape = asked ?? own;
  if (sizeOf(shape) !== sizeOf(own)) {
    throw new ShapeError(
      `tensor: ${sizeOf(own)} numbers do not fill shape ${show(shape)} of ${sizeOf(shape)}.`,
    );
  }
  const stored = encode(op, dtype, values);
  const made = create(op, shape, { ...options, dtype });
  made.device.upload(made.storage, stored as ArrayBufferView<ArrayBuffer>);
  return made;
}

/** bool where all values are booleans. */
function dtypeOfValues(values: ArrayLike<number | boolean>): DType {
  const booleans = Array.from(values).filter((value) => typeof value === "boolean").length;
  if (booleans !== 0 && booleans !== values.length) {
    throw new DTypeError(
      `tensor: ${booleans} of ${values.length} values are booleans; use only booleans or only numbers, or name a dtype.`,
    );
  }
  return booleans === 0 ? "f32" : "bool";
}

function shapeOf(data: NestedArray): number[] {
  if (typeof data === "number" || typeof data === "boolean") return [];
  if (!Array.isArray(data))
    throw new ShapeError(
      `tensor: expected numbers or arrays of numbers, got ${data === null ? "null" : typeof data}.`,
    );
  const inner = data.map(shapeOf);
  const first = inner[0] ?? [];
  for (const other of inner) {
    if (show(other) !== show(first)) {
      throw new ShapeError(`tensor: rows differ, one has shape ${show(first)} and one ${show(other)}.`);
    }
  }
  return [data.length, ...first];
}

/** Fills a tensor that nothing else views with one value. */
export function fill(op: string, out: Tensor, value: number | boolean): Tensor {
  // The kernel writes words of 32 bits.
  const size = Math.ceil((out.size * bytesPerElement(out.dtype)) / 4);
  const bits = bitsOf(op, out.dtype, value);
  launch(kernels.fill, { out }, { bits, size }, { invocations: size });
  return out;
}

/**
 * A tensor filled with one value; a boolean gives dtype bool.
 *
 * @throws DTypeError when the dtype cannot hold the value
 * @example
 * await full([2], 7).toArray(); // [7, 7]
 */
export function full(shape: Shape, value: number | boolean, options: CreateOptions = {}): Tensor {
  checkCreation("full", options);
  const own: CreateOptions = typeof value === "boolean" ? { dtype: "bool" } : {};
  return fill("full", create("full", shape, { ...own, ...options }), value);
}

/**
 * A tensor of zeros.
 *
 * @example
 * await zeros([2]).toArray(); // [0, 0]
 */
export const zeros = (shape: Shape, options: CreateOptions = {}): Tensor =>
  fill("zeros", create("zeros", shape, options), 0);

/**
 * A tensor of ones.
 *
 * @example
 * await ones([2]).toArray(); // [1, 1]
 */
export const ones = (shape: Shape, options: CreateOptions = {}): Tensor =>
  fill("ones", create("ones", shape, options), 1);

/** Shape, dtype and device of x where the options do not say otherwise. */
const like = ({ dtype, device }: Tensor, options: CreateOptions): CreateOptions => ({
  ...{ dtype, device },
  ...options,
});

/**
 * A tensor of one value with the shape, dtype and device of x.
 *
 * @example
 * await fullLike(tensor([1, 2]), 7).toArray(); // [7, 7]
 */
export const fullLike = (x: Tensor, value: number | boolean, options: CreateOptions = {}): Tensor =>
  filledLike("fullLike", x, value, options);

/**
 * A tensor of zeros with the shape, dtype and device of x.
 *
 * @example
 * await zerosLike(tensor([1, 2])).toArray(); // [0, 0]
 */
export const zerosLike = (x: Tensor, options: CreateOptions = {}): Tensor =>
  filledLike("zerosLike", x, 0, options);

/**
 * A tensor of ones with the shape, dtype and device of x.
 *
 * @example
 * await onesLike(tensor([1, 2])).toArray(); // [1, 1]
 */
export const onesLike = (x: Tensor, options: CreateOptions = {}): Tensor =>
  filledLike("onesLike", x, 1, options);

function filledLike(op: string, x: Tensor, value: number | boolean, options: CreateOptions): Tensor {
  checkTensor(op, x);
  checkCreation(op, options);
  return fill(op, create(op, x.shape, like(x, options)), value);
}
